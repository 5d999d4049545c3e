// Command terraform-provider-alicloud stands in for the Terraform provider for Alibaba Cloud. It has the real provider's
// schema of the resources in use (schema.json), makes nothing, and answers as the real one does where that matters
// (answers.go). With it Terraform itself validates, plans and applies deploy/terraform without an account; .ci/run shows how.
package main

import (
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
)

func main() {
	known, err := readSchema()
	if err != nil {
		fmt.Fprintln(os.Stderr, "schema.json:", err)
		os.Exit(1)
	}
	// Copies of the module may share an account: names that are unique in it are kept in this directory.
	account := account{dir: os.Getenv("FAKE_ACCOUNT")}
	plugin.Serve(&plugin.ServeOpts{ProviderFunc: func() *schema.Provider { return known.provider(account) }})
}
