package io.gatehouse.provider.kerberos;

import io.gatehouse.api.ChannelBinding;
import io.gatehouse.api.Peer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Whether the client speaks with this gateway and not with somebody in between (RFC 4121 section 4.1.1.2, RFC 5929).
 */
enum ChannelBindingCheck {
    /** The client named the certificate of this connection. */
    RIGHT,
    /** The client named another certificate. */
    WRONG,
    /** The client named none. */
    ABSENT,
    /**
     * The client named none, but says that it would have (MS-KILE 3.4.5): it sees no TLS, or another program took it
     * away.
     */
    WITHHELD,
    /** The client named one, but which would be right is not known here: another one ends TLS. */
    UNKNOWN;

    static final int HASH_LENGTH = 16;
    private static final byte[] NONE = new byte[HASH_LENGTH];
    /** Types and lengths of two addresses that are not there, and the length of the data. */
    private static final int HEADER = 20;

    /**
     * Compares.
     *
     * @param offered the hash in the authenticator
     * @param aware whether the authenticator says that the client knows channel bindings
     */
    static ChannelBindingCheck of(byte[] offered, boolean aware, Peer peer) {
        if (MessageDigest.isEqual(NONE, offered)) {
            return aware && !peer.channelBindings().isEmpty() ? WITHHELD : ABSENT;
        }
        if (peer.channelBindings().isEmpty()) {
            return UNKNOWN;
        }
        boolean right = false;
        for (ChannelBinding binding : peer.channelBindings()) {
            right |= MessageDigest.isEqual(hash(binding), offered);
        }
        return right ? RIGHT : WRONG;
    }

    /** MD5 of gss_channel_bindings_struct without addresses (RFC 4121 section 4.1.1.2). */
    static byte[] hash(ChannelBinding binding) {
        byte[] data = binding.applicationData().bytes();
        byte[] structure = ByteBuffer.allocate(HEADER + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(HEADER - Integer.BYTES, data.length)
                .position(HEADER)
                .put(data)
                .array();
        try {
            return MessageDigest.getInstance("MD5").digest(structure);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("MD5 is not available", e);
        }
    }

    /** Lets the client pass, or says why {@code policy} does not. */
    void require(ChannelBindingPolicy policy) throws RejectedException {
        boolean required = policy == ChannelBindingPolicy.REQUIRED;
        if (policy == ChannelBindingPolicy.OFF) {
            return;
        }
        switch (this) {
            case RIGHT -> {}
            case WRONG ->
                throw RejectedException.refused("channel binding of another certificate (a tls proxy in between that is"
                        + " not configured, or a relay)");
            case WITHHELD ->
                throw RejectedException.refused("the client knows channel bindings but sends none (it does not see the"
                        + " tls of this gateway: a tls proxy in between, or a relay)");
            case ABSENT -> {
                if (required) {
                    throw RejectedException.refused("no channel binding (policy: required)");
                }
            }
            case UNKNOWN -> {
                if (required) {
                    throw RejectedException.refused("channel binding cannot be checked, the certificate of the"
                            + " connection is not known (policy: required)");
                }
            }
        }
    }
}
