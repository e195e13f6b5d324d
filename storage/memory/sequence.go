package memory

import (
	"context"
	"iter"
	"slices"
)

// sequence yields what selected returns, which is called with the lock held for
// reading and returns values that nobody changes any more.
func sequence[T any](ctx context.Context, s *Store, selected func() []*T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
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

// inOrder ranges over a list, or from its end on.
func inOrder[T any](list []T, newest bool) iter.Seq2[int, T] {
	if newest {
		return slices.Backward(list)
	}
	return slices.All(list)
}
