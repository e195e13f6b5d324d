package memory

import (
	"context"
	"fmt"
	"iter"
	"slices"
)

// sequence yields the values that selected returns, unless check refuses the query.
// selected is called with the read lock held, and its values must not change
// afterwards.
func sequence[T any](ctx context.Context, s *Store, check func() error, selected func() []*T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		if err := check(); err != nil {
			yield(zero, fmt.Errorf("memory: %w", err))
			return
		}
		unlock, err := s.rlock(ctx)
		if err != nil {
			yield(zero, err)
			return
		}
		all := selected()
		unlock()
		for _, v := range all {
			if err := ended(ctx); err != nil {
				yield(zero, err)
				return
			}
			if !yield(*v, nil) {
				return
			}
		}
	}
}

// inOrder ranges over a list, forward or backward.
func inOrder[T any](list []T, newest bool) iter.Seq2[int, T] {
	if newest {
		return slices.Backward(list)
	}
	return slices.All(list)
}
