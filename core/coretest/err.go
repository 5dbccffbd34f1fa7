package coretest

// Err is the error of a call that returns something else, too, for a plan in which
// only the error counts: errors.Join(coretest.Err(p.Partition(a, b, o)), p.Sleep(d)).
func Err(_ any, err error) error { return err }
