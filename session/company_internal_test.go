package session

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// The list of companies is the options of one choice, however they are written.
func TestChooserForms(t *testing.T) {
	t.Parallel()
	page := `<select name="MES"><option value="77222222-K">Octubre</option></select>` +
		`<select name="RUT_EMP"><option value="">Seleccione</option><optgroup label="Mis empresas" value="77222222-K">` +
		`<option value="76192083-9">76192083-9 Uno  SpA</option><option value="76111111-6"/>Dos<option value="77222222-K">Tres</select>` +
		`<select name="ANO"><option value="11111111-1">2026</option></select>`
	list, ok := parseChooser(page)
	assert.True(t, ok, "a choice that follows is no matter")
	var names []string
	for _, c := range list {
		names = append(names, c.RUT.String()+" "+c.Name)
	}
	assert.Equal(t, []string{"76192083-9 Uno SpA", "76111111-6 Dos", "77222222-K Tres"}, names)
	_, ok = parseChooser(`<select name="ANO"><option value="11111111-1">2026</option></select>`)
	assert.False(t, ok)

	fields := hiddenFields(`<form><input type="HIDDEN" name="a" value="1"><input type=hidden name=b value=2 /><input name="c" value="3"><input type="text" name="d"><input type="hidden"></form>`)
	assert.Equal(t, map[string]string{"a": "1", "b": "2"}, fields)
}
