package memory

import (
	"context"
	"iter"
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
