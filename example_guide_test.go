package chile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ofitec/chile/sii"
	"github.com/ofitec/chile/storage/seal"
)

// secrets is the code of docs/operations.md.
func secrets() (*sii.Settings, *seal.Ring, error) {
	credential := func(name string) string {
		text, err := os.ReadFile(filepath.Join(os.Getenv("CREDENTIALS_DIRECTORY"), name))
		if err != nil {
			return os.Getenv(name)
		}
		return strings.TrimSpace(string(text))
	}
	settings, err := sii.FromEnv(credential)
	if err != nil {
		return nil, nil, err
	}
	ring, err := seal.FromEnv(credential)
	return settings, ring, err
}

// Passwords and keys from files that a secret manager puts in place.
func Example_secrets() {
	dir, err := os.MkdirTemp("", "credentials")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	for name, value := range map[string]string{
		"SII_CERT_P12_PATH": filepath.Join(dir, "empresa.p12"), "SII_CERT_P12_PASS": "…", "SII_RUT": "76192083-9", "FERNET_KEY": seal.GenerateKey(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(value+"\n"), 0o600); err != nil {
			fmt.Println(err)
			return
		}
	}
	if err := os.Setenv("CREDENTIALS_DIRECTORY", dir); err != nil {
		fmt.Println(err)
		return
	}
	_, _, err = secrets()
	fmt.Println(errors.Is(err, fs.ErrNotExist), "there is no certificate yet")
	// Output:
	// true there is no certificate yet
}
