package likeness

// jaroWinkler is 1 for equal words, 0 for words with nothing in common, and kind to
// words that begin alike (Jaro 1989; Winkler 1990: prefix of at most four letters,
// weight 0.1).
func jaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) > 64 || len(b) > 64 || len(a) == 0 || len(b) == 0 {
		return 0
	}
	window := max(len(a), len(b))/2 - 1
	var usedA, usedB uint64
	common := 0
	for i := range len(a) {
		for k := max(0, i-window); k < min(len(b), i+window+1); k++ {
			if usedB&(1<<k) == 0 && a[i] == b[k] {
				usedA |= 1 << i
				usedB |= 1 << k
				common++
				break
			}
		}
	}
	if common == 0 {
		return 0
	}
	moved, k := 0, 0
	for i := range len(a) {
		if usedA&(1<<i) == 0 {
			continue
		}
		for usedB&(1<<k) == 0 {
			k++
		}
		if a[i] != b[k] {
			moved++
		}
		k++
	}
	c := float64(common)
	jaro := (c/float64(len(a)) + c/float64(len(b)) + (c-float64(moved/2))/c) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// within reports whether a becomes b by at most most edits: letters put in, left
// out, replaced, or two neighbours exchanged (Damerau 1964; no letter twice).
func within(a, b string, most int) bool {
	if a == b {
		return true
	}
	if len(a) > 64 || len(b) > 64 || len(a)-len(b) > most || len(b)-len(a) > most {
		return false
	}
	var rows [3][65]int
	before, last, now := &rows[0], &rows[1], &rows[2]
	for k := range len(b) + 1 {
		last[k] = k
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		best := i
		for k := 1; k <= len(b); k++ {
			cost := 1
			if a[i-1] == b[k-1] {
				cost = 0
			}
			d := min(last[k]+1, now[k-1]+1, last[k-1]+cost)
			if i > 1 && k > 1 && a[i-1] == b[k-2] && a[i-2] == b[k-1] {
				d = min(d, before[k-2]+1)
			}
			now[k] = d
			best = min(best, d)
		}
		if best > most {
			return false
		}
		before, last, now = last, now, before
	}
	return last[len(b)] <= most
}

// soundex is the code of a name by its sound (Russell 1918), as a small number:
// only to find pairs worth looking at. Letters outside a–z sound like themselves.
func soundex(s string) uint32 {
	const codes = "01230120022455012623010202"
	if s == "" {
		return 0
	}
	out := uint32(s[0])
	digits, before := 0, byte('0')
	if s[0] >= 'a' && s[0] <= 'z' {
		before = codes[s[0]-'a']
	}
	for i := 1; i < len(s) && digits < 3; i++ {
		c := s[i]
		if c < 'a' || c > 'z' {
			if c >= 0x80 {
				out, digits = out*31+uint32(c), digits+1
			}
			continue
		}
		code := codes[c-'a']
		if code != '0' && code != before {
			out, digits = out<<4|uint32(code-'0'), digits+1
		}
		if c != 'h' && c != 'w' {
			before = code
		}
	}
	return out<<2 | uint32(digits)
}
