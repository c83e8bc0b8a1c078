package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.ResultCode;
import io.gatehouse.formats.text.PrintableText;
import java.util.Optional;

/** Says what is wrong with a directory, in words for its administrator. */
final class Failures {
    private Failures() {}

    /** The failure without stack traces. */
    static String text(LDAPException failure) {
        Optional<String> certificate = certificateProblem(failure);
        if (certificate.isPresent()) {
            return certificate.get();
        }
        ResultCode code = failure.getResultCode();
        if (code.equals(ResultCode.INVALID_CREDENTIALS)) {
            return "the password of bind-dn is wrong";
        }
        if (code.equals(ResultCode.STRONG_AUTH_REQUIRED) || code.equals(ResultCode.CONFIDENTIALITY_REQUIRED)) {
            return "the server requires an encrypted connection (ldaps://, or start-tls = true)";
        }
        return code.getName() + ": " + PrintableText.line(failure);
    }

    /** Why the certificate was refused, which the library hides in its own words; causes get lost on the way. */
    private static Optional<String> certificateProblem(LDAPException failure) {
        String message = String.valueOf(failure.getMessage());
        int start = message.indexOf(ServerTrust.REFUSED);
        return start < 0 ? Optional.empty() : Optional.of(PrintableText.line(message.substring(start)));
    }
}
