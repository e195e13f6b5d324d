package siitest

import (
	"net/http"
	"strconv"
	"strings"
)

// blobMethod begins the path of a file, below that of the methods. Then follow: id
// of the file, holder, owner of the register, id of the export.
const blobMethod = "obtenerArchivoBLOB/"

// serveBlob serves the file of an export.
func (d *deferredExports) serveBlob(w http.ResponseWriter, r *http.Request, path string) {
	if r.Method != http.MethodGet {
		d.registers.desk.journal.violate(OpFile, "GET", "files are asked for with GET")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	token := tokenCookie(r)
	c := d.registers.desk.begin(w, r, OpFile, token)
	defer c.end()
	if c.failed() {
		return
	}
	holder, ok := d.registers.desk.access.use(token, c.now)
	if !ok {
		d.facade.toLogin(w, r)
		return
	}
	parts := strings.Split(path, "/")
	export := d.exportOf(parts)
	if export == nil || !d.registers.desk.access.mayAct(holder, export.key.Owner) {
		c.violate("file", "there is no such file")
		http.NotFound(w, r)
		return
	}
	if parts[1] != strconv.FormatInt(holder.Number(), 10) {
		c.violate("user", parts[1]+" did not sign in")
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+export.blob()+`.csv.gz"`)
	c.send("application/octet-stream", export.file())
}

// exportOf finds the export of a requested file.
func (d *deferredExports) exportOf(parts []string) *deferredExport {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range d.exports {
		if len(parts) == 4 && parts[0] == e.blob() && !e.finished.IsZero() && !e.how.NoFile && e.how.Failure == "" &&
			parts[2] == strconv.FormatInt(e.key.Owner.Number(), 10) && parts[3] == strconv.FormatInt(e.id, 10) {
			return e
		}
	}
	return nil
}
