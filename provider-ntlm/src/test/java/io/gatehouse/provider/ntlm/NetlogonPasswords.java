package io.gatehouse.provider.ntlm;

import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.directory.TestAccount;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Sets passwords as an administrator does. */
final class NetlogonPasswords {
    private NetlogonPasswords() {}

    static void set(SambaDomain domain, TestAccount account, String password) {
        domain.modify("""
                dn: %s
                changetype: modify
                replace: unicodePwd
                unicodePwd:: %s
                """.formatted(domain.attribute(account, "distinguishedName"), encoded(password)));
    }

    /** As LDIF has it. */
    static String encoded(String password) {
        return Base64.getEncoder().encodeToString(('"' + password + '"').getBytes(StandardCharsets.UTF_16LE));
    }
}
