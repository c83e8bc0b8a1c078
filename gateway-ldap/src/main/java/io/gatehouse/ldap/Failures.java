package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import java.util.Locale;

/** Says what is wrong with a directory, in words for its administrator. */
final class Failures {
    private static final int LONGEST = 300;

    private Failures() {}

    /** The failure without stack traces. */
    static String text(LDAPException failure) {
        String certificate = certificateProblem(failure);
        if (!certificate.isEmpty()) {
            return certificate;
        }
        ResultCode code = failure.getResultCode();
        if (code.equals(ResultCode.INVALID_CREDENTIALS)) {
            return "the password of bind-dn is wrong";
        }
        if (code.equals(ResultCode.STRONG_AUTH_REQUIRED) || code.equals(ResultCode.CONFIDENTIALITY_REQUIRED)) {
            return "the server wants an encrypted connection (ldaps://, or start-tls = true)";
        }
        return code.getName() + ": " + cut(String.valueOf(failure.getMessage()));
    }

    /** What the library and the Java runtime say of certificates is known by their words only: causes get lost on the way. */
    private static String certificateProblem(LDAPException failure) {
        String message = String.valueOf(failure.getMessage());
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("subject alternative") || lower.contains("no name matching")) {
            return "the server's certificate is for another name: " + cut(message);
        }
        if (lower.contains("validity window")) {
            return "the server's certificate has expired, or is not yet valid: " + cut(message);
        }
        return lower.contains("certificate") ? "the server's certificate is not trusted: " + cut(message) : "";
    }

    private static String cut(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
    }
}
