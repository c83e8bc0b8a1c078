package io.gatehouse.dist.draft;

/** Says for which names a public certificate authority may issue a certificate. */
public final class PublicName {
    /** RFC 6761, RFC 6762 appendix G, RFC 8375, and "internal", which ICANN reserves for private networks. */
    private static final String PRIVATE =
            ".*\\.(local|localhost|test|example|invalid|internal|intranet|private|corp|home|lan|home\\.arpa)";

    private PublicName() {}

    /** Whether {@code name}, in lower case, has a domain that is not known to be private. An address has none. */
    public static boolean isPossible(String name) {
        return name.matches("[^.]+(\\.[^.]+)*\\.[a-z][a-z0-9-]+") && !name.matches(PRIVATE);
    }
}
