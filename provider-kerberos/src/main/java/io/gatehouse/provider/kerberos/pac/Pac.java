package io.gatehouse.provider.kerberos.pac;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.provider.kerberos.crypto.EncryptionType;
import io.gatehouse.provider.kerberos.crypto.KeyUsage;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * MS-PAC 2.3: the PAC of one ticket, its signature verified.
 *
 * @param account who the user is in the domain; empty in the PAC of an MIT KDC, which knows no domain
 * @param upn the user principal name, where the PAC has one
 * @param dnsDomain the DNS name of the user's domain, where the PAC has one
 */
public record Pac(Optional<Account> account, Optional<String> upn, Optional<String> dnsDomain) {
    private static final int LARGEST = 64 * 1024;
    private static final int MOST_BUFFERS = 32;
    private static final int BUFFER_HEADER = 16;
    private static final int ALIGNMENT = 8;

    private static final int LOGON_INFO = 1;
    private static final int SERVER_SIGNATURE = 6;
    private static final int KDC_SIGNATURE = 7;
    private static final int CLIENT_INFO = 10;
    private static final int UPN_DNS_INFO = 12;

    /**
     * A user of a domain.
     *
     * @param name the canonical account name; may be empty
     * @param domain the NetBIOS name of the domain; may be empty
     * @param sid the user
     * @param sids the user and all groups that count, nested ones too, in their text form
     */
    public record Account(String name, String domain, String sid, Set<String> sids) {
        public Account {
            sids = Set.copyOf(sids);
        }
    }

    /** The type, offset and length of one buffer of the PAC. */
    private record Buffer(int offset, int length) {
        byte[] of(byte[] pac) {
            return Arrays.copyOfRange(pac, offset, offset + length);
        }
    }

    /**
     * Reads a PAC and verifies that the KDC made it for this service and this ticket.
     *
     * @param key the service's key that opened the ticket
     * @param client the ticket's client, without its realm
     * @param authTime the ticket's authtime
     * @throws MalformedException when it breaks its format
     * @throws ForgedPacException when the signature is wrong, or it belongs to another ticket
     */
    public static Pac verify(byte[] pac, ProtocolKey key, String client, Instant authTime)
            throws MalformedException, ForgedPacException {
        Map<Integer, Buffer> buffers = buffers(pac);
        verifySignature(pac, buffers, key);
        ClientInfo clientInfo = ClientInfo.parse(
                required(buffers, CLIENT_INFO, "client information").of(pac));
        if (!clientInfo.name().equalsIgnoreCase(client)
                || !clientInfo.authTime().equals(authTime)) {
            throw new ForgedPacException("the pac belongs to the ticket of another client or time");
        }
        Buffer logonInfo = buffers.get(LOGON_INFO);
        Buffer upnInfo = buffers.get(UPN_DNS_INFO);
        UpnInfo names = upnInfo == null ? new UpnInfo("", "") : UpnInfo.parse(upnInfo.of(pac));
        return new Pac(
                logonInfo == null ? Optional.empty() : Optional.of(LogonInfo.parse(logonInfo.of(pac))),
                Optional.of(names.upn()).filter(text -> !text.isEmpty()),
                Optional.of(names.dnsDomain()).filter(text -> !text.isEmpty()));
    }

    private static Map<Integer, Buffer> buffers(byte[] pac) throws MalformedException {
        if (pac.length > LARGEST) {
            throw new MalformedException("pac of %d bytes (expected at most %d)".formatted(pac.length, LARGEST));
        }
        NdrReader reader = new NdrReader(pac, "pac");
        long count = Integer.toUnsignedLong(reader.u32());
        long version = Integer.toUnsignedLong(reader.u32());
        if (version != 0 || count > MOST_BUFFERS) {
            throw reader.malformed(
                    "version %d with %d parts (expected 0 and at most %d)".formatted(version, count, MOST_BUFFERS));
        }
        long end = reader.position() + count * BUFFER_HEADER;
        Map<Integer, Buffer> buffers = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int type = reader.u32();
            long length = Integer.toUnsignedLong(reader.u32());
            long offset = reader.u64();
            if (offset < end || offset > pac.length - length || offset % ALIGNMENT != 0) {
                throw reader.malformed("part of type %d: %d bytes at %d (expected within %d to %d, at a multiple of 8)"
                        .formatted(type, length, offset, end, pac.length));
            }
            if (buffers.put(type, new Buffer((int) offset, (int) length)) != null) {
                throw reader.malformed("two parts of type " + type);
            }
        }
        return buffers;
    }

    private static Buffer required(Map<Integer, Buffer> buffers, int type, String what) throws MalformedException {
        Buffer buffer = buffers.get(type);
        if (buffer == null) {
            throw new MalformedException("pac: no " + what);
        }
        return buffer;
    }

    /**
     * MS-PAC 2.8.1: over the whole PAC, in which both signatures are zeros. The KDC's own signature only the KDC can
     * check.
     */
    private static void verifySignature(byte[] pac, Map<Integer, Buffer> buffers, ProtocolKey key)
            throws MalformedException, ForgedPacException {
        byte[] zeroed = pac.clone();
        byte[] signature = takeSignature(zeroed, required(buffers, SERVER_SIGNATURE, "signature for the server"), key);
        Buffer kdc = required(buffers, KDC_SIGNATURE, "signature of the kdc");
        NdrReader reader = new NdrReader(kdc.of(pac), "signature of the kdc");
        // Behind it may stand the number of a read-only domain controller, which is not zeroed.
        int length = EncryptionType.ofChecksum(reader.u32())
                .map(EncryptionType::checksumLength)
                .orElse(reader.remaining());
        zero(zeroed, kdc, length);
        if (!key.verify(KeyUsage.PAC_SIGNATURE, zeroed, signature)) {
            throw new ForgedPacException("the pac's signature is wrong");
        }
    }

    private static byte[] takeSignature(byte[] pac, Buffer buffer, ProtocolKey key)
            throws MalformedException, ForgedPacException {
        NdrReader reader = new NdrReader(buffer.of(pac), "signature for the server");
        int type = reader.u32();
        if (type != key.type().checksumType()) {
            throw new ForgedPacException("the pac's signature is of checksum type %d (expected %d, which goes with %s)"
                    .formatted(type, key.type().checksumType(), key.type().displayName()));
        }
        byte[] signature = reader.bytes(key.type().checksumLength());
        zero(pac, buffer, signature.length);
        return signature;
    }

    private static void zero(byte[] pac, Buffer buffer, int length) throws MalformedException {
        int start = buffer.offset() + Integer.BYTES;
        if (length > buffer.length() - Integer.BYTES) {
            throw new MalformedException(
                    "pac: signature of %d bytes (expected at least %d)".formatted(buffer.length(), length + 4));
        }
        Arrays.fill(pac, start, start + length, (byte) 0);
    }
}
