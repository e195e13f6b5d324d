package cli

import (
	"bytes"
	"flag"
	"fmt"
	"regexp"
	"strings"
)

// spanishHelp is what -h prints with -lang es.
type spanishHelp struct {
	about, usage string
	flags        map[string]string // what each does
}

// InSpanish gives the words with which -h is told in Spanish, with -lang es. Each
// flag needs its own.
func (f *Flags) InSpanish(about, usage string, flags map[string]string) {
	f.spanish = &spanishHelp{about, usage, flags}
}

func (f *Flags) helpInSpanish() {
	f.VisitAll(func(g *flag.Flag) { g.Usage = f.spanish.flags[g.Name] })
	out := f.Output()
	var flags bytes.Buffer
	f.SetOutput(&flags)
	f.PrintDefaults()
	f.SetOutput(out)
	fmt.Fprintf(out, "uso: %s %s\n\n%s\n\nopciones:\n%s", f.Name(), f.spanish.usage, strings.TrimSpace(f.spanish.about),
		spanishDefaults.Replace(flags.String()))
}

var spanishDefaults = strings.NewReplacer("(default ", "(por omisión ", " duration\n", " duración\n", " string\n", " texto\n")

// usageForms are the errors of package flag and of this one.
var usageForms = []struct {
	english *regexp.Regexp
	spanish string
}{
	{regexp.MustCompile(`^flag provided but not defined: (\S+)$`), "no hay una opción $1"},
	{regexp.MustCompile(`^flag needs an argument: (\S+)$`), "a la opción $1 le falta su valor"},
	{regexp.MustCompile(`^invalid (?:boolean )?value (".*") for (?:flag )?(-[\w-]+):.*$`), "el valor $1 no sirve para $2"},
	{regexp.MustCompile(`^unexpected argument (".*")$`), "sobra el argumento $1"},
	{regexp.MustCompile(`^SII_AMBIENTE is (\S+) and -env is (\S+): .*$`), "SII_AMBIENTE es $1 y -env es $2: sobra uno de los dos"},
	{regexp.MustCompile(`^SII_AMBIENTE is (".*"), not .*$`), "SII_AMBIENTE es $1, y debe ser cert o prod"},
	{regexp.MustCompile(`^unknown -env (".*")$`), "no hay un ambiente (-env) $1: cert o prod"},
	{regexp.MustCompile(`^-sii and -env exclude .*$`), "-sii y -env no van juntos"},
	{regexp.MustCompile(`^-env is cert or prod: .*$`), "-env es cert o prod: este programa no tiene un SII simulado dentro"},
	{regexp.MustCompile(`^SII_(RUT|DV)\b.*$`), "SII_RUT y SII_DV no son un RUT"},
	{regexp.MustCompile(`^FILE is required$`), "falta el archivo (ARCHIVO)"},
	{regexp.MustCompile(`^(.*) (?:is|are) required$`), "falta $1"},
}

// spanishUsage tells an error of usage in Spanish.
func spanishUsage(err error) error {
	for _, form := range usageForms {
		if form.english.MatchString(err.Error()) {
			return &spanishError{form.english.ReplaceAllString(err.Error(), form.spanish), err}
		}
	}
	return &spanishError{"el uso no es correcto", err}
}

// UsageOf returns an error of usage about a flag, in the language of the arguments.
func (f *Flags) UsageOf(name string, err error) error {
	if err == nil {
		return nil
	}
	if f.inES {
		return &UsageError{Err: &spanishError{"-" + name + ": " + Spanish(err), err}, Spanish: true}
	}
	return Usagef("-%s: %w", name, err)
}

// Failure returns an error that says one thing in two languages.
func (f *Flags) Failure(english, spanish string) error {
	if f.inES {
		return &spanishError{words: spanish}
	}
	return fmt.Errorf("%s", english)
}
