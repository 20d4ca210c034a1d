// Go's net/http with its defaults: the default client, and an error for each status other than a success.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

const page = 2

type order struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

type orders struct {
	Orders []order `json:"orders"`
	Total  int     `json:"total"`
}

func call(method, path string, body, into any) error {
	var text bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&text).Encode(body); err != nil {
			return err
		}
	}
	request, err := http.NewRequest(method, os.Getenv("OPENPROSPECT_API_URL")+path, &text)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("OPENPROSPECT_API_KEY"))
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return fmt.Errorf("the API returned %s", response.Status)
	}
	return json.NewDecoder(response.Body).Decode(into)
}

func work() error {
	for offset, total := 0, 1; offset < total; offset += page {
		var list orders
		if err := call("GET", fmt.Sprintf("/orders?limit=%d&offset=%d", page, offset), nil, &list); err != nil {
			return err
		}
		total = list.Total
	}
	companies := []map[string]string{{"company_name": "Example Corp"}}
	body := map[string]any{"title": "Hotels", "features": []string{"CONTACTS"}, "companies": companies}
	var made order
	if err := call("POST", "/orders", body, &made); err != nil {
		return err
	}
	for made.Status != "COMPLETED" && made.Status != "CANCELLED" {
		time.Sleep(1100 * time.Millisecond)
		if err := call("GET", "/orders/"+made.ID, nil, &made); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	log.SetFlags(0)
	if err := work(); err != nil {
		log.Fatal(err)
	}
}
