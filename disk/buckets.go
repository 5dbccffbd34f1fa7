package disk

// buckets are those that a transaction was asked for: few, mostly, of which each is
// looked at.
type buckets[T any] struct {
	all  []namedBucket[T]
	many map[string]T // nil while they are few
}

type namedBucket[T any] struct {
	name   string
	bucket T
}

// fewBuckets are as soon looked at as found in a map.
const fewBuckets = 16

func (b *buckets[T]) find(name string) (found T, ok bool) {
	if b.many != nil {
		found, ok = b.many[name]
		return found, ok
	}
	for i := range b.all {
		if b.all[i].name == name {
			return b.all[i].bucket, true
		}
	}
	return found, false
}

func (b *buckets[T]) add(name string, bucket T) {
	if b.many != nil {
		b.many[name] = bucket
		return
	}
	if b.all = append(b.all, namedBucket[T]{name, bucket}); len(b.all) > fewBuckets {
		b.many = make(map[string]T, 2*len(b.all))
		for _, x := range b.all {
			b.many[x.name] = x.bucket
		}
	}
}
