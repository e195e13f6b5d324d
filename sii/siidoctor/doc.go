// Package siidoctor looks, one after another, at what a program needs to work with
// the SII, and says what is wrong and what to do, in English or Spanish.
//
// It stands on the public interface of package sii alone.
package siidoctor
