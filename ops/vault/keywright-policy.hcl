# What Keywright may do in Vault or OpenBao, and no more: the tests of the driver run with this file.
# `secret` is the mount of the engine (KV version 2): where yours has another name, put it in the place of each `secret/`.

# The hashes of API keys: api_keys/{tenant_id}/{key_id}.
path "secret/data/api_keys/*" {
  capabilities = ["create", "read", "update"]
}

# To remove every version of a key's hashes, and to find those that no key needs any more.
path "secret/metadata/api_keys/*" {
  capabilities = ["delete", "list"]
}

# The peppers, which are never removed, and the signing secrets of webhooks, which are.
path "secret/data/keywright/*" {
  capabilities = ["create", "read", "update"]
}

path "secret/metadata/keywright/*" {
  capabilities = ["list"]
}

path "secret/metadata/keywright/webhooks/*" {
  capabilities = ["delete", "list"]
}

# Its own token, also where the role goes without the default policy.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/revoke-self" {
  capabilities = ["update"]
}

# `keywright doctor` asks what is allowed, and what stands at the mount.
path "sys/capabilities-self" {
  capabilities = ["update"]
}
