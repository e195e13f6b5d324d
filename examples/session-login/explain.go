package main

import (
	"errors"
	"fmt"

	"github.com/ofitec/chile/session"
)

// explain says what a person can do.
func explain(err error) error {
	var challenge *session.ChallengeError
	switch {
	case errors.As(err, &challenge):
		return fmt.Errorf("%w\nopen %s with a browser and go on there", err, challenge.URL)
	case errors.Is(err, session.ErrWrongClave):
		return fmt.Errorf("%w\nit was sent once; ten wrong ones block the clave for an hour", err)
	case errors.Is(err, session.ErrTooManyWrong):
		return fmt.Errorf("%w\ncheck the clave with a browser, then use -checked", err)
	case errors.Is(err, session.ErrTooManySessions):
		return fmt.Errorf("%w\nlog out elsewhere, or wait an hour", err)
	}
	return err
}
