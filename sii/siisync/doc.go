// Package siisync brings what the SII shows into a database and keeps it true:
// it downloads the registers of a company and month through package sii, proves
// them complete and imports them through package storage, each book in one
// transaction, and follows the state of uploads and documents.
//
//	syncer := siisync.New(client, store)
//	result, err := syncer.Period(ctx, owner, period)
//
// Every import and every query leaves an event in the store, failures included.
package siisync
