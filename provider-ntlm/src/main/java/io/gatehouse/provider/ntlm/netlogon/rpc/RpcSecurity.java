package io.gatehouse.provider.ntlm.netlogon.rpc;

import io.gatehouse.formats.MalformedException;

/** MS-RPCE 3.3.1.5.2: the security context of one connection, at the level of privacy. One thread at a time. */
public interface RpcSecurity {
    /** The number of the security provider, for example 68 for Netlogon. */
    int type();

    /** The token that goes out with the bind. */
    byte[] negotiate();

    /** Takes the token that came back. */
    void complete(byte[] token) throws MalformedException;

    /** How many bytes {@link #seal} returns; the signatures that come in have the same length. */
    int signatureLength();

    /** Encrypts one fragment's data in place and returns its signature. */
    byte[] seal(byte[] data);

    /**
     * Decrypts one fragment's data in place.
     *
     * @throws MalformedException when the signature is wrong: altered, replayed, out of sequence, or made with another
     *     key
     */
    void unseal(byte[] data, byte[] signature) throws MalformedException;
}
