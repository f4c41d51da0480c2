package finding

import "slices"

// catalogue holds every rule, in the order of the families. A new code is
// named in codes.go and explained in the file of its family.
var catalogue = slices.Concat(
	captureRules,
	requestRules,
	responseRules,
	refusalRules,
	frameRules,
	messageRules,
	deflateRules,
	closeRules,
	endRules,
	pingRules,
	hopRules,
	http2Rules,
	tlsRules,
	payloadRules,
)
