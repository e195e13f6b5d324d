package siiriver_test

import (
	"testing"

	"github.com/ofitec/chile/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
