package io.gatehouse.provider.ntlm.netlogon.rpc;

import io.gatehouse.api.Token;
import java.util.Optional;

/** C706 12.6.4: what a server sends. */
sealed interface Pdu {

    /**
     * bind_ack for the one context that was proposed.
     *
     * @param largestFragment max_recv_frag: what the server takes
     * @param result 0 for acceptance
     * @param reason why not
     * @param isNdr whether the transfer syntax is the one that was proposed
     * @param auth the security context's answer
     */
    record BindAck(int largestFragment, int result, int reason, boolean isNdr, Optional<Auth> auth) implements Pdu {}

    /**
     * bind_nak.
     *
     * @param reason provider_reject_reason
     */
    record BindNak(int reason) implements Pdu {}

    /**
     * One fragment of a response.
     *
     * @param contextId p_cont_id
     * @param data the stub data, with padding in front of the auth_verifier; sealed if {@code auth} is there
     * @param auth the auth_verifier
     */
    record Response(int contextId, Token data, Optional<Auth> auth) implements Pdu {}

    /**
     * fault.
     *
     * @param status why
     */
    record Fault(int status) implements Pdu {}

    /**
     * MS-RPCE 2.2.2.11: the auth_verifier.
     *
     * @param type auth_type
     * @param level auth_level
     * @param padding auth_pad_length: bytes at the end of the data that are not data
     * @param contextId auth_context_id
     * @param value auth_value
     */
    record Auth(int type, int level, int padding, int contextId, Token value) {
        /** RPC_C_AUTHN_LEVEL_PKT_PRIVACY. */
        static final int PRIVACY = 6;
    }
}
