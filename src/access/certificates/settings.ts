/** Whose certificate lets them in, and to what; `access.certificates` of the configuration. One of the first two. */
export interface CertificateSettings {
  /** `CN=robot-*,O=Acme`: each must fit, `*` being any text. */
  readonly subject?: string | undefined;
  /** SHA-256 of the whole certificate: 32 bytes in hexadecimal, with or without colons. */
  readonly fingerprint256?: string | undefined;
  /** Stands in records; the certificate's CN if absent. */
  readonly name?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly role?: string | undefined;
}
