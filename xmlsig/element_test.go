package xmlsig_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ofitec/chile/xmlsig"
)

func TestElement(t *testing.T) {
	t.Parallel()
	src := []byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<a xmlns='u' b='2' a=' 1&#10;'>\n" +
		"<c>x &lt; \xf1<!-- no --><![CDATA[<&>]]><?p no?></c><d/><c  >y</c ><p:e xmlns:p='v' p:f='3'>1<g>2</g>3</p:e></a>")
	doc, err := xmlsig.Parse(src)
	require.NoError(t, err)
	require.Equal(t, "ISO-8859-1", doc.Encoding())
	a := doc.Unverified()
	require.True(t, a.Exists())
	assert.False(t, a.Parent().Exists())
	assert.False(t, a.Child("x").Exists())
	children := slices.Collect(a.Children())
	require.Len(t, children, 4)
	assert.Equal(t, []xmlsig.Attribute{{Name: "a", Value: " 1\n"}, {Name: "b", Value: "2"}}, slices.Collect(a.Attributes()))
	value, ok := a.Attribute("b")
	assert.True(t, ok)
	assert.Equal(t, "2", value)

	c, e := children[0], children[3]
	assert.Equal(t, "x < ñ<&>", c.Text())
	assert.Equal(t, ">x < ñ<&>", string(c.AppendText([]byte(">"))))
	assert.Equal(t, "/a/c[1]", c.Path())
	assert.Equal(t, "/a/d", children[1].Path())
	assert.Equal(t, 3, c.Line())
	assert.Equal(t, "<c  >y</c >", string(children[2].Source()))
	assert.Equal(t, "<c>x &lt; \xf1<!-- no --><![CDATA[<&>]]><?p no?></c>", string(c.Source()), "as it stands")
	assert.Equal(t, "<c xmlns=\"u\">x &lt; ñ&lt;&amp;&gt;<?p no?></c>", string(c.Canonical()))
	assert.Equal(t, "v", e.Namespace())
	assert.Equal(t, "e", e.Name())
	assert.Equal(t, "13", e.Text(), "its own text")
	assert.Equal(t, "u", e.Child("g").Namespace())
	assert.Equal(t, e, e.Child("g").Parent())
	_, ok = e.Attribute("f")
	assert.False(t, ok, "it has a namespace")
	assert.Equal(t, []xmlsig.Attribute{{Namespace: "v", Name: "f", Value: "3"}}, slices.Collect(e.Attributes()))
	for range a.Children() {
		break // and for Attributes
	}
	for range a.Attributes() {
		break
	}
}

func ExampleDocument_Unverified() {
	doc, err := xmlsig.Parse([]byte(`<DTE version="1.0"><Documento ID="F1T33"><Folio>1</Folio></Documento></DTE>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for child := range doc.Unverified().Children() {
		id, _ := child.Attribute("ID")
		fmt.Println(child.Path(), id, child.Child("Folio").Text())
	}
	// Output: /DTE/Documento F1T33 1
}

func ExampleDocument_Inspect() {
	doc, err := xmlsig.Parse([]byte(`<DTE><Documento ID="F1T33"/><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></DTE>`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range doc.Inspect() {
		fmt.Println(v.Path(), v.Err)
	}
	// Output: /DTE/Signature xmlsig: signature has a shape that is not accepted: not SignedInfo, SignatureValue, KeyInfo
}

// Elements with many siblings are numbered as those with few.
func TestElementPathAmongMany(t *testing.T) {
	t.Parallel()
	for _, each := range []int{2, 500} {
		doc, err := xmlsig.Parse([]byte("<a>" + strings.Repeat("<b><c/></b><d/>", each) + "<e/></a>"))
		require.NoError(t, err)
		numbers := map[string]int{}
		for child := range doc.Unverified().Children() {
			numbers[child.Name()]++
			want := fmt.Sprintf("/a/%s[%d]", child.Name(), numbers[child.Name()])
			if child.Name() == "e" {
				want = "/a/e"
			}
			require.Equal(t, want, child.Path())
			if c := child.Child("c"); c.Exists() {
				require.Equal(t, want+"/c", c.Path())
			}
		}
	}
	doc, err := xmlsig.Parse([]byte("<a>ñ<b/></a>"))
	require.NoError(t, err)
	require.Equal(t, len("<a>ñ<b/></a>"), doc.Unverified().Len())
}
