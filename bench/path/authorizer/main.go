// The peer of bench/path: an authorizer for Envoy as one writes it by hand on grpc-go and golang-jwt. It verifies the
// request's bearer token (RS256) and answers with the client's name as a header and as dynamic metadata.
//
// Arguments: the address to listen on, and a JWK Set of one RSA key.
package main

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net"
	"os"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	types "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"github.com/golang-jwt/jwt/v5"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"
)

const issuer = "https://issuer.example"
const audience = "gatehouse"

func main() {
	key, err := readKey(os.Args[2])
	if err != nil {
		exit(err)
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		exit(err)
	}
	server := grpc.NewServer()
	auth.RegisterAuthorizationServer(server, &authorizer{
		key: key,
		parser: jwt.NewParser(
			jwt.WithValidMethods([]string{"RS256"}),
			jwt.WithIssuer(issuer),
			jwt.WithAudience(audience),
			jwt.WithExpirationRequired(),
		),
	})
	exit(server.Serve(listener))
}

func exit(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

type authorizer struct {
	auth.UnimplementedAuthorizationServer
	key    *rsa.PublicKey
	parser *jwt.Parser
}

func (a *authorizer) Check(_ context.Context, request *auth.CheckRequest) (*auth.CheckResponse, error) {
	headers := request.GetAttributes().GetRequest().GetHttp().GetHeaders()
	token, isBearer := strings.CutPrefix(headers["authorization"], "Bearer ")
	if !isBearer {
		return denied("a token is missing"), nil
	}
	claims := jwt.RegisteredClaims{}
	_, err := a.parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return a.key, nil })
	if err != nil {
		return denied("the token is not valid"), nil
	}
	return allowed(claims.Subject), nil
}

func allowed(client string) *auth.CheckResponse {
	return &auth.CheckResponse{
		Status: &status.Status{Code: int32(codes.OK)},
		HttpResponse: &auth.CheckResponse_OkResponse{OkResponse: &auth.OkHttpResponse{
			Headers: []*core.HeaderValueOption{{
				Header:       &core.HeaderValue{Key: "x-client-id", Value: client},
				AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
			}},
			HeadersToRemove: []string{"authorization"},
		}},
		DynamicMetadata: &structpb.Struct{Fields: map[string]*structpb.Value{
			"client": structpb.NewStringValue(client),
		}},
	}
}

func denied(reason string) *auth.CheckResponse {
	return &auth.CheckResponse{
		Status: &status.Status{Code: int32(codes.Unauthenticated)},
		HttpResponse: &auth.CheckResponse_DeniedResponse{DeniedResponse: &auth.DeniedHttpResponse{
			Status: &types.HttpStatus{Code: types.StatusCode_Unauthorized},
			Body:   reason,
		}},
	}
}

// readKey reads the one RSA key of a JWK Set (RFC 7517).
func readKey(file string) (*rsa.PublicKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []struct{ N, E string }
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return nil, err
	}
	if len(set.Keys) != 1 {
		return nil, fmt.Errorf("expected one key in %s, found %d", file, len(set.Keys))
	}
	modulus, err := base64.RawURLEncoding.DecodeString(set.Keys[0].N)
	if err != nil {
		return nil, err
	}
	exponent, err := base64.RawURLEncoding.DecodeString(set.Keys[0].E)
	if err != nil {
		return nil, err
	}
	return &rsa.PublicKey{
		N: new(big.Int).SetBytes(modulus),
		E: int(new(big.Int).SetBytes(exponent).Int64()),
	}, nil
}
