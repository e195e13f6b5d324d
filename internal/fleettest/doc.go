// Package fleettest has what tests of many registers share: an SII whose
// registers move from day to day, a model of what a store must have of them, and
// processes that are killed. The model is written from the documentation of
// package storage, and uses none of its code.
package fleettest
