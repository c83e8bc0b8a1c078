package io.gatehouse.dist.draft;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Who says who a user is, as {@code gatehouse init} asks for it. */
public enum SignInKind {
    ACCOUNTS("accounts", "accounts of the gateway's own, in a file"),
    AD("ad", "passwords of an Active Directory, by NTLM; needs a machine account, and does not join the domain"),
    WINBIND("winbind", "passwords of an Active Directory that this machine has joined with Samba"),
    KERBEROS("kerberos", "tickets of an Active Directory or another KDC; needs a keytab"),
    LDAP("ldap", "passwords of an LDAP directory, for the portal and the Mac client; not for mstsc"),
    PAM("pam", "accounts of this Linux machine, for the portal and the Mac client; not for mstsc"),
    OIDC("oidc", "an identity provider (OpenID Connect): Keycloak, Entra ID, Authentik, Google and others"),
    HEADER("header", "a reverse proxy that signs users in, and names them in a header");

    private final String word;
    private final String meaning;

    SignInKind(String word, String meaning) {
        this.word = word;
        this.meaning = meaning;
    }

    /** As it is answered. */
    public String word() {
        return word;
    }

    /** What people choose between. */
    public String meaning() {
        return meaning;
    }

    /** All words. */
    public static List<String> words() {
        return Arrays.stream(values()).map(SignInKind::word).toList();
    }

    /** The kind of this word. */
    public static Optional<SignInKind> of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word.equalsIgnoreCase(word))
                .findFirst();
    }
}
