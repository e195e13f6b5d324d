// Package fleettest has the common parts of tests of many registers: an SII whose
// registers change from day to day, a model of what a store must have, and processes
// that are killed. The model follows the documentation of package storage, and uses
// none of its code.
package fleettest
