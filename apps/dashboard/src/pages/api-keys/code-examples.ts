/** Where an example sends its request: whoever runs the API knows the address. */
const url = "https://api.example.com/v1/status";

export interface CodeExample {
  readonly language: string;
  readonly code: (key: string) => string;
}

/** One request with the key, in the languages that people ask for. A key is letters, digits and `_`: it needs no escape in any of them. */
export const codeExamples: readonly CodeExample[] = [
  { language: "curl", code: (key) => `curl ${url} \\\n  -H "Authorization: Bearer ${key}"` },
  {
    language: "JavaScript",
    code: (key) => `const response = await fetch("${url}", {
  headers: { Authorization: "Bearer ${key}" },
});
console.log(response.status, await response.text());`,
  },
  {
    language: "Python",
    code: (key) => `import urllib.request

request = urllib.request.Request(
    "${url}",
    headers={"Authorization": "Bearer ${key}"},
)
with urllib.request.urlopen(request) as response:
    print(response.status, response.read().decode())`,
  },
  {
    language: "Go",
    code: (key) => `package main

import (
	"fmt"
	"net/http"
)

func main() {
	request, _ := http.NewRequest("GET", "${url}", nil)
	request.Header.Set("Authorization", "Bearer ${key}")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	fmt.Println(response.Status)
}`,
  },
  {
    language: "PHP",
    code: (key) => `<?php
$request = curl_init("${url}");
curl_setopt_array($request, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => ["Authorization: Bearer ${key}"],
]);
$body = curl_exec($request);
echo curl_getinfo($request, CURLINFO_RESPONSE_CODE), " ", $body;`,
  },
];
