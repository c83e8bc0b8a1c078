package io.gatehouse.client;

import io.gatehouse.api.Secret;
import io.gatehouse.api.Token;
import io.gatehouse.client.ntlm.NtlmClient;
import java.util.function.Supplier;

/** What the client signs in with, and where. */
public sealed interface Credentials {
    /** The client brings no credentials. */
    record None() implements Credentials {}

    /**
     * NTLM at HTTP level, raw NTLMSSP messages.
     *
     * @param scheme the name on the {@code Authorization} line, {@code NTLM} as FreeRDP 2 or {@code Negotiate} as
     *     FreeRDP 3
     */
    record Ntlm(String scheme, NtlmClient.Account account) implements Credentials {}

    /**
     * Negotiate at HTTP level in one request, with a token that somebody else has made: a Kerberos ticket in SPNEGO.
     *
     * @param tokens makes one for each request: the authenticator of a ticket is good once
     */
    record Ticket(Supplier<Token> tokens) implements Credentials {}

    /** Basic at HTTP level, in the first request. */
    record Basic(String user, Secret password) implements Credentials {}

    /** An access token at HTTP level, in the first request, as FreeRDP 3 does it. */
    record Bearer(Secret token) implements Credentials {}

    /** NTLM inside the tunnel: extended authentication SSPI_NTLM. */
    record TunnelNtlm(NtlmClient.Account account) implements Credentials {}

    /** An access token in TUNNEL_CREATE: extended authentication PAA. */
    record PaaCookie(Secret token) implements Credentials {}

    /** NTLM as FreeRDP 2 does it, without domain. */
    static Credentials ntlm(String user, String password) {
        return new Ntlm("NTLM", account(user, password));
    }

    /** NTLM as FreeRDP 3 does it without Kerberos, without domain. */
    static Credentials negotiate(String user, String password) {
        return new Ntlm("Negotiate", account(user, password));
    }

    /** Basic. */
    static Credentials basic(String user, String password) {
        return new Basic(user, Secret.ofText(password));
    }

    /** SSPI_NTLM inside the tunnel, without domain. */
    static Credentials tunnelNtlm(String user, String password) {
        return new TunnelNtlm(account(user, password));
    }

    private static NtlmClient.Account account(String user, String password) {
        return new NtlmClient.Account(user, "", Secret.ofText(password), "gatehouse");
    }
}
