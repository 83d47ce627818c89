// A peer of bench/path: an authorizer for Envoy that has Open Policy Agent decide, as a library. It gives the policy what
// OPA-Envoy gives it of a request, but only what this policy reads, keeps no decision log and counts nothing, so it takes
// less than OPA-Envoy does.
//
// Arguments: the address to listen on, the policy, and a JSON file of its data.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	auth "github.com/envoyproxy/go-control-plane/envoy/service/auth/v3"
	types "github.com/envoyproxy/go-control-plane/envoy/type/v3"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/structpb"
)

func main() {
	query, err := prepare(os.Args[2], os.Args[3])
	if err != nil {
		exit(err)
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		exit(err)
	}
	server := grpc.NewServer()
	auth.RegisterAuthorizationServer(server, &authorizer{query: query})
	exit(server.Serve(listener))
}

func exit(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func prepare(policyFile, dataFile string) (rego.PreparedEvalQuery, error) {
	policy, err := os.ReadFile(policyFile)
	if err != nil {
		return rego.PreparedEvalQuery{}, err
	}
	text, err := os.ReadFile(dataFile)
	if err != nil {
		return rego.PreparedEvalQuery{}, err
	}
	var data map[string]any
	if err := json.Unmarshal(text, &data); err != nil {
		return rego.PreparedEvalQuery{}, err
	}
	return rego.New(
		rego.Query("data.gatehouse.allow"),
		rego.Module(policyFile, string(policy)),
		rego.Store(inmem.NewFromObject(data)),
	).PrepareForEval(context.Background())
}

type authorizer struct {
	auth.UnimplementedAuthorizationServer
	query rego.PreparedEvalQuery
}

func (a *authorizer) Check(ctx context.Context, request *auth.CheckRequest) (*auth.CheckResponse, error) {
	input, err := inputOf(request)
	if err != nil {
		return nil, err
	}
	results, err := a.query.Eval(ctx, rego.EvalInput(input))
	if err != nil {
		return nil, err
	}
	if len(results) != 1 {
		return nil, errors.New("the policy decides nothing")
	}
	decision, isObject := results[0].Expressions[0].Value.(map[string]any)
	if !isObject {
		return nil, errors.New("the policy's decision is no object")
	}
	return answer(decision)
}

// inputOf is what OPA-Envoy makes of a request, as far as the policy reads it.
func inputOf(request *auth.CheckRequest) (map[string]any, error) {
	http := request.GetAttributes().GetRequest().GetHttp()
	headers := make(map[string]any, len(http.GetHeaders()))
	for name, value := range http.GetHeaders() {
		headers[name] = value
	}
	path, _, _ := strings.Cut(http.GetPath(), "?")
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	parsedPath := make([]any, len(segments))
	for at, segment := range segments {
		parsedPath[at] = segment
	}
	input := map[string]any{
		"attributes": map[string]any{
			"request": map[string]any{
				"http": map[string]any{
					"method": http.GetMethod(), "path": http.GetPath(), "host": http.GetHost(), "headers": headers,
				},
			},
		},
		"parsed_path": parsedPath,
	}
	if body := http.GetRawBody(); len(body) > 0 {
		var parsed any
		if err := json.Unmarshal(body, &parsed); err != nil {
			return nil, err
		}
		input["parsed_body"] = parsed
	}
	return input, nil
}

func answer(decision map[string]any) (*auth.CheckResponse, error) {
	metadata, _ := decision["dynamic_metadata"].(map[string]any)
	dynamic, err := structpb.NewStruct(metadata)
	if err != nil {
		return nil, err
	}
	if decision["allowed"] != true {
		code, err := decision["http_status"].(json.Number).Int64()
		if err != nil {
			return nil, err
		}
		body, _ := decision["body"].(string)
		return &auth.CheckResponse{
			Status: &status.Status{Code: int32(codes.PermissionDenied)},
			HttpResponse: &auth.CheckResponse_DeniedResponse{DeniedResponse: &auth.DeniedHttpResponse{
				Status: &types.HttpStatus{Code: types.StatusCode(code)},
				Body:   body,
			}},
		}, nil
	}
	ok := &auth.OkHttpResponse{}
	headers, _ := decision["headers"].(map[string]any)
	for name, value := range headers {
		ok.Headers = append(ok.Headers, &core.HeaderValueOption{
			Header:       &core.HeaderValue{Key: name, Value: fmt.Sprint(value)},
			AppendAction: core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD,
		})
	}
	removed, _ := decision["request_headers_to_remove"].([]any)
	for _, name := range removed {
		ok.HeadersToRemove = append(ok.HeadersToRemove, fmt.Sprint(name))
	}
	return &auth.CheckResponse{
		Status:          &status.Status{Code: int32(codes.OK)},
		HttpResponse:    &auth.CheckResponse_OkResponse{OkResponse: ok},
		DynamicMetadata: dynamic,
	}, nil
}
