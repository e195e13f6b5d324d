package sii

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ofitec/chile"
)

// goldenUpload is a request of DTEUpload, byte for byte.
const goldenUpload = "POST /cgi_dte/UPL/DTEUpload HTTP/1.1\r\n" +
	"Host: HOST\r\n" +
	"User-Agent: Mozilla/5.0 (compatible; PROG 1.0; +https://github.com/ofitec/chile)\r\n" +
	"Content-Length: 533\r\n" +
	"Accept: text/xml, application/xml, */*\r\n" +
	"Accept-Encoding: gzip\r\n" +
	"Content-Type: multipart/form-data; boundary=7d23e2a11301c4\r\n" +
	"Cookie: TOKEN=XAuSbYXiNh9Ik\r\n" +
	"\r\n"

// goldenForm is its body, and that of an upload of boletas.
const goldenForm = "--7d23e2a11301c4\r\n" +
	"Content-Disposition: form-data; name=\"rutSender\"\r\n\r\n11111111\r\n" +
	"--7d23e2a11301c4\r\n" +
	"Content-Disposition: form-data; name=\"dvSender\"\r\n\r\n1\r\n" +
	"--7d23e2a11301c4\r\n" +
	"Content-Disposition: form-data; name=\"rutCompany\"\r\n\r\n76192083\r\n" +
	"--7d23e2a11301c4\r\n" +
	"Content-Disposition: form-data; name=\"dvCompany\"\r\n\r\n9\r\n" +
	"--7d23e2a11301c4\r\n" +
	"Content-Disposition: form-data; name=\"archivo\"; filename=\"envio.xml\"\r\n" +
	"Content-Type: text/xml\r\n\r\n" +
	"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<EnvioDTE>\xd1u\xf1oa\r\n--7d23e2a11301c5--\n</EnvioDTE>\r\n" +
	"--7d23e2a11301c4--\r\n"

const goldenBoletas = "POST /recursos/v1/boleta.electronica.envio HTTP/1.1\r\n" +
	"Host: HOST\r\n" +
	"User-Agent: Mozilla/5.0 (compatible; PROG 1.0; +https://github.com/ofitec/chile)\r\n" +
	"Content-Length: 533\r\n" +
	"Accept: application/json\r\n" +
	"Accept-Encoding: gzip\r\n" +
	"Content-Type: multipart/form-data; boundary=7d23e2a11301c4\r\n" +
	"Cookie: TOKEN=BoletaNh9Ik00\r\n" +
	"\r\n"

// goldenFile is the file in the form.
var goldenFile = []byte("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<EnvioDTE>\xd1u\xf1oa\r\n--7d23e2a11301c5--\n</EnvioDTE>")

// rawServer answers each connection once, and gives what it was sent.
func rawServer(t *testing.T, answer string) (address string, requests chan string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	requests = make(chan string, 10)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			requests <- readRequest(conn)
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "+strconv.Itoa(len(answer))+"\r\n\r\n"+answer)
			_ = conn.Close()
		}
	}()
	return "http://" + listener.Addr().String(), requests
}

// readRequest reads a request as it comes, of as many bytes as its Content-Length
// says.
func readRequest(conn net.Conn) string {
	var got bytes.Buffer
	one := make([]byte, 1)
	for !bytes.HasSuffix(got.Bytes(), []byte("\r\n\r\n")) {
		if _, err := conn.Read(one); err != nil {
			return got.String()
		}
		got.Write(one)
	}
	_, after, _ := strings.Cut(got.String(), "Content-Length: ")
	length, _, _ := strings.Cut(after, "\r\n")
	n, _ := strconv.ParseInt(length, 10, 64)
	_, _ = io.CopyN(&got, conn, n)
	return got.String()
}

// goldenClient returns a client whose boundaries come in that order.
func goldenClient(t *testing.T, address string, boundaries ...string) *Client {
	t.Helper()
	token := func(value string) TokenSource {
		return TokenFunc(func(context.Context) (string, time.Time, error) { return value, time.Now().Add(time.Hour), nil })
	}
	client, err := NewClient(At(address), WithTokenSource(token("XAuSbYXiNh9Ik")))
	if err != nil {
		t.Fatal(err)
	}
	client.Boleta.tokens = newReusedTokenSource(token("BoletaNh9Ik00"), newSharedTokens(nil, "", nil), reuseSettings{})
	client.caller.boundary = func() string {
		next := boundaries[0]
		if len(boundaries) > 1 {
			boundaries = boundaries[1:]
		}
		return next
	}
	return client
}

var goldenSender, goldenCompany = chile.MustParseRUT("11111111-1"), chile.MustParseRUT("76192083-9")

// An upload is sent byte for byte as the manual says. A boundary that the file has
// is not used.
func TestUploadBytes(t *testing.T) {
	address, requests := rawServer(t, "<RECEPCIONDTE><STATUS>0</STATUS><TRACKID>1</TRACKID></RECEPCIONDTE>")
	client := goldenClient(t, address, "7d23e2a11301c5", "EnvioDTE", "7d23e2a11301c4")
	if _, err := client.DTE.Upload(t.Context(), goldenSender, goldenCompany, "envio.xml", goldenFile); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(goldenUpload, "HOST", strings.TrimPrefix(address, "http://"), 1) + goldenForm
	if got := <-requests; got != want {
		t.Errorf("sent\n%q, not\n%q", got, want)
	}
}

func TestBoletaUploadBytes(t *testing.T) {
	address, requests := rawServer(t, `{"trackid":1,"estado":"REC"}`)
	client := goldenClient(t, address, "7d23e2a11301c4")
	if _, err := client.Boleta.Upload(t.Context(), goldenSender, goldenCompany, "envio.xml", goldenFile); err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(goldenBoletas, "HOST", strings.TrimPrefix(address, "http://"), 1) + goldenForm
	if got := <-requests; got != want {
		t.Errorf("sent\n%q, not\n%q", got, want)
	}
}

// Boundaries that all stand in the file end in an error, and nothing is sent.
func TestUploadWithoutABoundary(t *testing.T) {
	client := goldenClient(t, "http://127.0.0.1:1", "EnvioDTE")
	_, err := client.DTE.Upload(t.Context(), goldenSender, goldenCompany, "envio.xml", goldenFile)
	if !strings.HasPrefix(err.Error(), "sii: upload not sent: dte.send: no boundary") {
		t.Error(err)
	}
	if a, b := randomBoundary(), randomBoundary(); a == b || len(a) < 20 || len(a) > 70 {
		t.Errorf("%q %q", a, b)
	}
}

// The body of an upload is told whether it was touched, also by a transport that
// reads on when its request is over.
func TestOnceSeals(t *testing.T) {
	body := newOnce([]byte("a"), nil, []byte("bc"))
	if body.left != 3 || body.seal() {
		t.Fatal("nothing was taken")
	}
	if n, err := body.Read(make([]byte, 8)); n != 0 || err == nil || err == io.EOF { //nolint:errorlint // that very error ends a body
		t.Errorf("read %d bytes of a request that is over: %v", n, err)
	}
	body = newOnce([]byte("a"), nil, []byte("bc"))
	if got, err := io.ReadAll(body); string(got) != "abc" || err != nil || !body.seal() {
		t.Errorf("%q %v", got, err)
	}
}

// net/http may not have the body again, so that it cannot repeat the request.
func TestUploadsCannotBeReplayed(t *testing.T) {
	out := &outgoing{method: http.MethodPost, address: "https://palena.sii.cl/x", header: http.Header{}, once: newOnce([]byte("abc"))}
	req, err := out.request(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if req.GetBody != nil || req.ContentLength != 3 || len(req.TransferEncoding) > 0 || req.Header.Get("Idempotency-Key") != "" {
		t.Errorf("%+v", req)
	}
}
