package simulate

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"strings"
)

// person is one customer, under the keys of every system.
type person struct {
	index int

	first, last string
	email       string
	phone       string    // ten digits; "" = unknown to everybody
	number      string    // the customer number
	anonymous   [2]string // the ids of the computer's and the phone's browser

	region, state, city, zip, street string
	age, plan                        string

	joined, leaves int // first day as a customer, first day no longer; may lie outside the year

	activity   float64 // how much they do, median 1
	contacts   float64 // how often they ask for help beside that, 1 for most
	mood       float64 // standard deviations; how they score whatever happens
	phoneShare float64 // of their visits to the shop
	known      bool    // signs in on the site
	silent     bool    // a customer of whom nothing is ever heard
	busy       bool    // calls about everything

	fate fate // what a fault or a decoy has in store for them
}

var (
	ages    = []string{ageYoung, ageAdult, ageSenio, ageOlder}
	plans   = []string{planPrepaid, planEssential, planUnlimited}
	regions = []string{regionNortheast, regionSoutheast, regionMidwest, regionWest}

	firstNames = strings.Fields(`Aaron Abigail Adam Aisha Alan Alejandra Alice Amara Amir Amy Andre Angela Anita Anthony Ava Barbara Ben
		Bianca Brandon Brenda Brian Caleb Carlos Carmen Caroline Charles Chloe Claire Connor Curtis Daniel Daria David Dana Derek Diego
		Dolores Dorothy Ed Elena Eli Elijah Ella Emily Eric Esther Ethan Eva Felix Fiona Frank Gabriel Gail George Gloria Grace Greg Hana
		Harold Hassan Hazel Heather Helen Henry Ian Imani Irene Isaac Isabel Ivan Jack Jada James Jamal Janet Jasmine Jerome Joan Joel
		Jorge Joseph Joyce Juan Judith Julia Karen Keith Kenji Kevin Kim Kyle Laura Leah Leo Liam Lin Linda Logan Lucia Luis Maria Marcus
		Mark Martha Maya Mei Mia Miguel Mohammed Nadia Nancy Nathan Nina Noah Nora Olga Olivia Omar Oscar Pablo Pam Patrick Paul Peter
		Priya Rachel Raj Ray Rebecca Ricardo Rita Robert Rosa Ruth Ryan Sam Samir Sandra Sara Scott Sean Sofia Stella Steve Susan Tara
		Ted Teresa Thomas Tina Tom Tyler Uma Valerie Vera Victor Wanda Walter Wendy Will Xavier Yara Yolanda Yusuf Zach Zoe`)
	lastNames = strings.Fields(`Adams Ahmed Allen Alvarez Anderson Bailey Baker Barnes Bell Bennett Brooks Brown Bryant Butler Campbell
		Carter Castillo Chen Clark Coleman Collins Cook Cooper Cox Cruz Davis Diaz Edwards Evans Fisher Flores Foster Garcia Gibson Gomez
		Gonzalez Graham Gray Green Griffin Gupta Hall Hamilton Harris Harrison Hayes Henderson Hernandez Hill Howard Hughes Jackson James
		Jenkins Jimenez Johnson Jones Jordan Kelly Kennedy Khan Kim King Kowalski Lee Lewis Long Lopez Marshall Martin Martinez Mason
		Miller Mitchell Moore Morales Morgan Morris Murphy Murray Myers Nelson Nguyen Novak Ortiz Owens Parker Patel Perez Perry Peterson
		Phillips Powell Price Ramirez Reed Reyes Reynolds Richardson Rivera Roberts Robinson Rodriguez Rogers Ross Russell Sanchez
		Sanders Scott Shah Silva Simmons Smith Stevens Stewart Sullivan Taylor Thomas Thompson Torres Turner Walker Wallace Ward Washington
		Watson West White Williams Wilson Wong Wood Wright Young`)
	streets = strings.Fields(`Maple Oak Cedar Elm Washington Lake Hill Park Walnut Spring North Ridge Church Willow Mill River Sunset
		Jackson Franklin Highland Center Pleasant Forest Meadow`)
	domains = []string{"inbox.example", "post.example", "example.com", "example.net", "mailhome.example"}

	// places of each region: state, city, first three digits of the postal code.
	places = map[string][][3]string{
		regionNortheast: {{"NY", "Albany", "122"}, {"MA", "Worcester", "016"}, {"PA", "Scranton", "185"}, {"CT", "Hartford", "061"}, {"ME", "Bangor", "044"}},
		regionSoutheast: {{"GA", "Savannah", "314"}, {"FL", "Ocala", "344"}, {"NC", "Durham", "277"}, {"TN", "Knoxville", "379"}, {"SC", "Columbia", "292"}},
		regionMidwest:   {{"OH", "Dayton", "454"}, {"MI", "Lansing", "489"}, {"IL", "Peoria", "616"}, {"WI", "Madison", "537"}, {"IA", "Des Moines", "503"}},
		regionWest:      {{"OR", "Salem", "973"}, {"CA", "Fresno", "937"}, {"WA", "Spokane", "992"}, {"CO", "Pueblo", "810"}, {"AZ", "Tempe", "852"}},
	}
)

// busyEvery: one customer in so many is a busy caller.
const busyEvery = 1500

// makePerson draws customer number index of n.
func makePerson(r *rand.Rand, index, n int) person {
	p := person{index: index, first: pick(r, firstNames), last: pick(r, lastNames)}
	scattered := scatter(uint64(index), uint64(n))
	p.email = mailName(r, p.first, p.last) + fmt.Sprint(scattered+11) + "@" + pick(r, domains)
	p.phone = inventedPhone(scattered)
	p.number = fmt.Sprintf("LW%08d", 10_000_000+scatter(uint64(index), 89_999_999))
	p.anonymous = [2]string{uuid(r), uuid(r)}

	p.region = regions[pickWeighted(r, .27, .25, .26, .22)]
	place := pick(r, places[p.region])
	p.state, p.city, p.zip = place[0], place[1], place[2]+fmt.Sprintf("%02d", r.IntN(100))
	p.street = fmt.Sprintf("%d %s %s", 1+r.IntN(2400), pick(r, streets), pick(r, []string{"St", "Ave", "Rd", "Dr", "Ln"}))
	p.age = ages[pickWeighted(r, .22, .3, .3, .18)]
	p.plan = plans[pickWeighted(r, .3, .35, .35)]

	p.joined, p.leaves = -1, days
	if chance(r, .3) { // growth
		p.joined = r.IntN(days - 14)
	}
	if stay := 60 + r.IntN(days-60); chance(r, .09*float64(days)/float64(days-60)) {
		p.leaves = max(p.joined, 0) + stay
	}
	p.activity = math.Exp(.45 * r.NormFloat64())
	p.contacts = 1
	p.mood = r.NormFloat64()
	p.phoneShare = .58
	switch p.age {
	case ageYoung:
		p.phoneShare = .72
	case ageOlder:
		// The confounded segment: whatever the step, they call more and score lower.
		p.contacts, p.phoneShare = 2.2, .3
		p.mood -= .6
	}
	p.known = chance(r, .85)
	p.silent = chance(r, .12)
	if p.busy = index%busyEvery == busyEvery/2; p.busy {
		p.silent, p.joined, p.leaves = false, -1, days
	}
	return p
}

// browser is the id that the shop gave the browser on a device.
func (p *person) browser(device string) string {
	if device == devicePhone {
		return p.anonymous[1]
	}
	return p.anonymous[0]
}

// from and to are the days of the year on which the person is a customer.
func (p person) from() int { return max(p.joined, 0) }
func (p person) to() int   { return min(p.leaves, days) }

// years is the share of the year that the person is a customer.
func (p person) years() float64 { return float64(p.to()-p.from()) / days }

func mailName(r *rand.Rand, first, last string) string {
	f, l := strings.ToLower(first), strings.ToLower(last)
	switch r.IntN(4) {
	case 0:
		return f + "." + l
	case 1:
		return f[:1] + l
	case 2:
		return f + l[:1] + "_"
	}
	return l + "." + f
}

// scatter is a permutation of 0 … n−1: numbers that look given out at random and
// never meet.
func scatter(i, n uint64) uint64 {
	if n < 2 {
		return 0
	}
	step := uint64(float64(n) * .6180339887498949)
	for step = max(step, 1); gcd(step, n) != 1; {
		step++
	}
	hi, lo := bits.Mul64(i%n, step)
	return (bits.Rem64(hi, lo, n) + n/3) % n
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// areaCodes are in use in the United States; with the exchange 555 their numbers
// are well formed and ring nowhere.
var areaCodes = strings.Fields(`201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 225 227 228 229 231 234 235 239 240 248
	251 252 253 254 256 260 262 267 269 270 272 276 279 281 283 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317
	318 319 320 321 323 324 325 326 327 329 330 331 332 334 336 337 339 341 346 347 350 351 352 353 360 361 363 364 369 380
	385 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440 442 443 445 447 448
	458 463 464 469 470 475 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 534 539 540 551 557
	559 561 562 563 564 567 570 571 572 573 574 575 580 582 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617
	618 619 620 623 626 628 629 630 631 636 640 641 645 646 650 651 656 657 659 660 661 662 667 669 678 680 681 682 686 689
	701 702 703 704 706 707 708 712 713 714 715 716 717 718 719 720 724 725 726 727 728 730 731 732 734 737 738 740 743 747
	748 754 757 760 762 763 765 769 770 771 772 773 774 775 779 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815
	816 817 818 820 821 826 828 830 831 832 835 838 839 840 843 845 847 848 850 854 856 857 858 859 860 862 863 864 865 870
	872 878 901 903 904 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 929 930 931 934 936 937 938 940 941
	943 945 947 948 949 951 952 954 956 959 970 971 972 973 975 978 979 980 984 985 986 989`)

// inventedPhone is the i-th invented number, "" when they are used up.
func inventedPhone(i uint64) string {
	if i >= uint64(len(areaCodes))*10_000 {
		return ""
	}
	area, line := i%uint64(len(areaCodes)), i/uint64(len(areaCodes))
	return fmt.Sprintf("%s555%04d", areaCodes[area], (line*6421+area*311)%10_000)
}

// uuid draws a random UUID (RFC 9562, version 4).
func uuid(r *rand.Rand) string {
	a, b := r.Uint64(), r.Uint64()
	a = a&^0xf000 | 0x4000
	b = b&^(0xc<<60) | 0x8<<60
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xffff, a&0xffff, b>>48, b&0xffffffffffff)
}
