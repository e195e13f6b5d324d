package sii

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestXMLOfAnswers(t *testing.T) {
	t.Parallel()
	root, err := parseXML("\ufeff <?xml version=\"1.0\"?><S:a xmlns:S=\"x\">\r\n<b> uno<!-- x --> &amp; dos & tres </b><c><d>1</d></c></S:a>")
	if err != nil {
		t.Fatal(err)
	}
	if got := childText(root, "b"); got != "uno & dos & tres" {
		t.Errorf("%q", got)
	}
	if got := childText(findElement(root, "c"), "d"); got != "1" {
		t.Errorf("%q", got)
	}
	if findElement(root, "z") != nil || childText(root, "z") != "" || childText(nil, "z") != "" {
		t.Error("an element that is not there")
	}

	deep := func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }
	many := func(n int) string { return "<a>" + strings.Repeat("<b/>", n-1) + "</a>" }
	for name, test := range map[string]struct {
		text string
		want error
	}{
		"deep":                 {deep(maxXMLDepth), nil},
		"too deep":             {deep(maxXMLDepth + 1), errXMLSize},
		"many":                 {many(maxXMLElements), nil},
		"too many":             {many(maxXMLElements + 1), errXMLSize},
		"too many, unclosed":   {strings.Repeat("<a><b></b>", maxXMLElements), errXMLSize},
		"document type":        {"<!DOCTYPE a><a></a>", errXMLType},
		"document type within": {"<a><b><!DOCTYPE a></b></a>", errXMLType},
		"two roots":            {"<a></a><b></b>", errXMLRoots},
		"tags":                 {"<a><b></a></b></a>", errXMLTags},
		"closed too often":     {"<a></a></a>", errXMLTags},
		"cut in a text":        {"<a><b>uno", io.ErrUnexpectedEOF},
		"cut in a tag":         {"<a><b>uno</", io.ErrUnexpectedEOF},
		"cut after an end":     {"<a><b>uno</b>", io.ErrUnexpectedEOF},
		"nothing":              {"", io.ErrUnexpectedEOF},
		"no XML":               {"Error 500", io.ErrUnexpectedEOF},
	} {
		if _, err := parseXML(test.text); !errors.Is(err, test.want) || test.want == nil && err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
