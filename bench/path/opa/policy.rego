# The policy of bench/path's peer on Open Policy Agent: who the token says it is, and how much the request may ask for, as
# Gatehouse's own authorizer holds requests to it.
#
# input is what OPA-Envoy makes of a CheckRequest; data.jwks is a JWK Set, as text.
package gatehouse

default allow := {
	"allowed": false,
	"http_status": 401,
	"body": "the token is missing or not valid",
}

allow := {
	"allowed": true,
	"headers": {"x-client-id": claims.sub},
	"request_headers_to_remove": ["authorization"],
	"dynamic_metadata": {
		"client": claims.sub,
		"route": "submit",
		"model": model,
	},
} if {
	permitted
}

allow := {
	"allowed": false,
	"http_status": 403,
	"body": "the request asks for more than is permitted",
} if {
	claims
	not permitted
}

claims := payload if {
	[scheme, token] := split(input.attributes.request.http.headers.authorization, " ")
	scheme == "Bearer"
	[is_valid, _, payload] := io.jwt.decode_verify(token, {
		"cert": data.jwks,
		"alg": "RS256",
		"iss": "https://issuer.example",
		"aud": "gatehouse",
	})
	is_valid
}

permitted if {
	claims
	input.parsed_path == ["claude", "invoke"]
	is_string(input.parsed_body.prompt)
	object.get(input.parsed_body, "max_tokens", 0) <= 8192
	object.get(input.parsed_body, "max_turns", 0) <= 20
	model in {"default", "haiku", "sonnet", "opus"}
}

model := object.get(input.parsed_body, "model", "default")
