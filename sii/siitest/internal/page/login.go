package page

// Where the login pages are.
const (
	LoginPath            = "/AUT2000/InicioAutenticacion/IngresoRutClave.html"
	CertificateLoginPath = "/AUT2000/InicioAutenticacion/IngresoCertificado.html"
)

// Login is the login page, with the names and ids of the SII's, for programs
// that drive a browser. Its script splits what was typed into rut and dv, and has
// the words that the SII's says before anything is sent.
const Login = `<!DOCTYPE html>
<html lang="es"><head><title>Autenticaci&oacute;n</title>
<script>
function digito(n) {
  var s = 1, m = 0;
  for (; n > 0; n = Math.floor(n / 10)) s = (s + n % 10 * (9 - m++ % 6)) % 11;
  return s ? String(s - 1) : 'K';
}
function ingresar(f) {
  var typed = f.rutcntr.value.replace(/[.\s-]/g, '').toUpperCase();
  if (typed === '' || f.clave.value === '') { alert('Por favor, ingrese rut y clave.'); return false; }
  if (!/^[0-9]{1,8}[0-9K]$/.test(typed)) { alert('El RUT ingresado no es valido'); return false; }
  f.rut.value = typed.slice(0, -1);
  f.dv.value = typed.slice(-1);
  if (digito(Number(f.rut.value)) !== f.dv.value) { alert('D\u00edgito Verificador err\u00f3neo'); return false; }
  f.referencia.value = location.search.substring(1);
  return true;
}
</script></head>
<body><form id="myform" name="myform" action="/cgi_AUT2000/CAutInicio.cgi" method="post" onsubmit="return ingresar(this)">
<input type="hidden" id="rut" name="rut"><input type="hidden" id="dv" name="dv">
<input type="hidden" id="referencia" name="referencia"><input type="hidden" id="code" name="411">
<label for="rutcntr">RUT</label> <input type="text" id="rutcntr" name="rutcntr" maxlength="12" placeholder="RUT sin puntos ni gui&oacute;n">
<label for="clave">Clave</label> <input type="password" id="clave" name="clave">
<button type="submit" id="bt_ingresar">Ingresar</button>
</form></body></html>`

// CertificateLogin leads on to the host that asks for a certificate, which is
// written in it.
const CertificateLogin = `<!DOCTYPE html>
<html lang="es"><head><title>Autenticaci&oacute;n</title></head>
<body><form id="myform" action="%s/cgi_AUT2000/CAutInicio.cgi" method="post" onsubmit="this.referencia.value = location.search.substring(1)">
<input type="hidden" id="referencia" name="referencia"><button type="submit" id="bt_ingresar">Ingresar con certificado digital</button>
</form></body></html>`
