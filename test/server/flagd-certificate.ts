/**
 * A certificate for localhost that signs itself, for tests only, valid from 2024 to 2123.
 *
 * Made by `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost` and
 * `openssl ca -selfsign`, with the alternative names DNS:localhost and IP:127.0.0.1.
 */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBZjCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjQwMTAxMDAwMDAwWhgPMjEyNDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMDjabKEwMB80HAP
1dEiA0NHOLlcpEIt73qsm74Pl0K9OUhWNPIEQvmKqO8TPEJs6374+uJqpbWgb9ng
Fxw/HpajTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
BTADAQH/MB0GA1UdDgQWBBR76cTFl0wVK1X67CuyINIqcS342DAKBggqhkjOPQQD
AgNHADBEAiBzeivSjNDjc4Y89m1Gl0p3dCxbIL+1RDpdLf3g9iu6JAIgfYLXD6HF
8yE9HKfXh42YZ3XngfZXCUtvd58IXp2sz68=
-----END CERTIFICATE-----
`;

/** Its private key, which protects nothing. */
export const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIRpqMGsj8DN5pUB2
uAt8h3eig6wJxyObeTm0eQnPiHahRANCAATA42myhMDAfNBwD9XRIgNDRzi5XKRC
Le96rJu+D5dCvTlIVjTyBEL5iqjvEzxCbOt++PriaqW1oG/Z4BccPx6W
-----END PRIVATE KEY-----
`;
