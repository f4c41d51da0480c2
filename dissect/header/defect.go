package header

import "fmt"

// A Defect is a rule of HTTP's grammar that a head breaks while it can still
// be read.
type Defect struct {
	Kind   DefectKind
	Detail string // the values of this instance, fit to show
}

// A DefectKind names a rule. The numbers are ours.
type DefectKind uint8

const (
	LeadingLine     DefectKind = iota + 1 // an empty line before the start line
	BareLF                                // a line that ends with LF alone
	BareCR                                // a CR that no LF follows
	StartLine                             // the start line has other spaces or parts than the grammar allows
	VersionText                           // the HTTP version is absent, of another case or not a known one
	FoldedLine                            // obs-fold: a value goes on in the next line
	SpaceBeforeName                       // white space between the start line and the first field
	MissingColon                          // a field line without a colon
	SpaceInName                           // white space between a field name and its colon
	NameNotToken                          // other bytes in a field name than a token has
	ControlByte                           // a control character in a line
	HostMissing                           // no Host in an HTTP/1.1 request
	HostRepeated                          // more than one Host
	LengthInvalid                         // Content-Length is no number, or two differ
	LengthAndCoding                       // Content-Length beside Transfer-Encoding
	CodingInvalid                         // Transfer-Encoding is unknown, or chunked is not its last
)

var defectNames = [...]string{
	LeadingLine: "empty line before the start line", BareLF: "bare LF", BareCR: "bare CR", StartLine: "malformed start line",
	VersionText: "malformed HTTP version", FoldedLine: "folded line", SpaceBeforeName: "white space before the first field",
	MissingColon: "field line without a colon", SpaceInName: "white space before the colon", NameNotToken: "field name is not a token",
	ControlByte: "control character", HostMissing: "no Host", HostRepeated: "several Host fields",
	LengthInvalid: "invalid Content-Length", LengthAndCoding: "Content-Length beside Transfer-Encoding",
	CodingInvalid: "invalid Transfer-Encoding",
}

// String returns a few words that name the defect.
func (k DefectKind) String() string {
	if int(k) < len(defectNames) && defectNames[k] != "" {
		return defectNames[k]
	}
	return fmt.Sprintf("defect(%d)", uint8(k))
}

var defectSections = [...]string{
	LeadingLine: "RFC 9112 §2.2", BareLF: "RFC 9112 §2.2", BareCR: "RFC 9112 §2.2", StartLine: "RFC 9112 §3",
	VersionText: "RFC 9112 §2.3", FoldedLine: "RFC 9112 §5.2", SpaceBeforeName: "RFC 9112 §2.2",
	MissingColon: "RFC 9112 §5", SpaceInName: "RFC 9112 §5.1", NameNotToken: "RFC 9110 §5.1",
	ControlByte: "RFC 9110 §5.5", HostMissing: "RFC 9112 §3.2", HostRepeated: "RFC 9112 §3.2",
	LengthInvalid: "RFC 9112 §6.3", LengthAndCoding: "RFC 9112 §6.1", CodingInvalid: "RFC 9112 §6.1",
}

// Section returns where the rule is written, or "" for an unknown kind.
func (k DefectKind) Section() string {
	if int(k) < len(defectSections) {
		return defectSections[k]
	}
	return ""
}
