package io.gatehouse.provider.kerberos.pac;

import io.gatehouse.provider.kerberos.crypto.KeyUsage;
import io.gatehouse.provider.kerberos.crypto.ProtocolKey;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes PACs as a KDC should, but for what a test wants to be wrong. */
public final class PacForge {
    static final int GROUP = 0x7;

    String user = "alice";
    String domain = "FORGE";
    long userId = 1104;
    String domainSid = "S-1-5-21-1-2-3";
    List<long[]> groups = new ArrayList<>(List.of(new long[] {513, GROUP}));
    List<Object[]> extraSids = new ArrayList<>();
    String resourceDomainSid = "";
    List<long[]> resourceGroups = new ArrayList<>();

    /** Other parts by type. */
    public final Map<Integer, byte[]> parts = new LinkedHashMap<>();

    /** A PAC of alice with logon information, for a ticket of this client and time. */
    public static PacForge of(String client, Instant authTime) {
        PacForge forge = new PacForge();
        forge.parts.put(1, forge.logonInfo());
        forge.parts.put(10, clientInfo(client, authTime));
        return forge;
    }

    public static byte[] clientInfo(String client, Instant authTime) {
        byte[] name = client.getBytes(StandardCharsets.UTF_16LE);
        return ByteBuffer.allocate(10 + name.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong((authTime.getEpochSecond() + 11_644_473_600L) * 10_000_000)
                .putShort((short) name.length)
                .put(name)
                .array();
    }

    public static byte[] upnInfo(String upn, String dnsDomain) {
        byte[] first = upn.getBytes(StandardCharsets.UTF_16LE);
        byte[] second = dnsDomain.getBytes(StandardCharsets.UTF_16LE);
        return ByteBuffer.allocate(12 + first.length + second.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) first.length)
                .putShort((short) 12)
                .putShort((short) second.length)
                .putShort((short) (12 + first.length))
                .putInt(0)
                .put(first)
                .put(second)
                .array();
    }

    /** KERB_VALIDATION_INFO with what is in the fields now. */
    byte[] logonInfo() {
        Ndr fixed = new Ndr();
        Ndr deferred = new Ndr();
        for (int i = 0; i < 6; i++) {
            fixed.int64(-1);
        }
        fixed.text(user, deferred);
        for (int i = 0; i < 5; i++) {
            fixed.text("", deferred);
        }
        fixed.int16(3).int16(0).int32(userId).int32(513).int32(groups.size()).pointer(true);
        deferred.memberships(groups);
        fixed.int32(0x220);
        for (int i = 0; i < 4; i++) {
            fixed.int32(0);
        }
        fixed.text("DC1", deferred).text(domain, deferred).pointer(!domainSid.isEmpty());
        if (!domainSid.isEmpty()) {
            deferred.sid(domainSid);
        }
        fixed.int64(0).int32(0x210).int32(0).int64(0).int64(0).int32(0).int32(0);
        fixed.int32(extraSids.size()).pointer(!extraSids.isEmpty());
        if (!extraSids.isEmpty()) {
            deferred.int32(extraSids.size());
            extraSids.forEach(each -> deferred.pointer(true).int32((Integer) each[1]));
            extraSids.forEach(each -> deferred.sid((String) each[0]));
        }
        fixed.pointer(!resourceDomainSid.isEmpty());
        if (!resourceDomainSid.isEmpty()) {
            deferred.sid(resourceDomainSid);
        }
        fixed.int32(resourceGroups.size()).pointer(!resourceGroups.isEmpty());
        if (!resourceGroups.isEmpty()) {
            deferred.memberships(resourceGroups);
        }
        byte[] body = new Ndr().pointer(true).bytes(fixed).bytes(deferred).toByteArray();
        return new Ndr()
                .int32(0x0008_1001)
                .int32(0xcccccccc)
                .int32(body.length)
                .int32(0)
                .raw(body)
                .toByteArray();
    }

    /** The whole PAC, signed for the service. */
    public byte[] signed(ProtocolKey key) {
        Map<Integer, byte[]> all = new LinkedHashMap<>(parts);
        all.put(6, signature(key.type().checksumType(), key.type().checksumLength()));
        all.put(7, signature(key.type().checksumType(), key.type().checksumLength()));
        byte[] pac = assemble(all);
        byte[] checksum = key.checksum(KeyUsage.PAC_SIGNATURE, pac);
        System.arraycopy(checksum, 0, pac, offsetOf(pac, 6) + 4, checksum.length);
        // Whatever the KDC's own signature is: the service cannot check it.
        java.util.Arrays.fill(pac, offsetOf(pac, 7) + 4, offsetOf(pac, 7) + 4 + checksum.length, (byte) 0x5a);
        return pac;
    }

    private static byte[] signature(int type, int length) {
        return ByteBuffer.allocate(Integer.BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(type)
                .array();
    }

    static int offsetOf(byte[] pac, int type) {
        ByteBuffer buffer = ByteBuffer.wrap(pac).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < buffer.getInt(0); i++) {
            if (buffer.getInt(8 + 16 * i) == type) {
                return (int) buffer.getLong(16 + 16 * i);
            }
        }
        throw new AssertionError("no part of type " + type);
    }

    static byte[] assemble(Map<Integer, byte[]> parts) {
        Ndr header = new Ndr().int32(parts.size()).int32(0);
        Ndr body = new Ndr();
        int start = 8 + 16 * parts.size();
        parts.forEach((type, part) -> {
            body.align(8);
            header.int32(type).int32(part.length).int64(start + body.size());
            body.raw(part);
        });
        return header.raw(body.align(8).toByteArray()).toByteArray();
    }

    /** Little-endian numbers and NDR's strings and arrays. */
    private static final class Ndr {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int nextPointer = 0x20000;

        int size() {
            return bytes.size();
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }

        Ndr raw(byte[] more) {
            bytes.writeBytes(more);
            return this;
        }

        Ndr bytes(Ndr more) {
            align(4);
            return raw(more.toByteArray());
        }

        Ndr align(int boundary) {
            while (bytes.size() % boundary != 0) {
                bytes.write(0);
            }
            return this;
        }

        Ndr int16(int value) {
            bytes.write(value);
            bytes.write(value >> 8);
            return this;
        }

        Ndr int32(long value) {
            return int16((int) value).int16((int) (value >> 16));
        }

        Ndr int64(long value) {
            return int32(value).int32(value >> 32);
        }

        Ndr pointer(boolean present) {
            nextPointer += 4;
            return int32(present ? nextPointer : 0);
        }

        Ndr text(String text, Ndr deferred) {
            int16(text.length() * 2).int16(text.length() * 2).pointer(!text.isEmpty());
            if (!text.isEmpty()) {
                deferred.align(4).int32(text.length()).int32(0).int32(text.length());
                deferred.raw(text.getBytes(StandardCharsets.UTF_16LE));
            }
            return this;
        }

        void memberships(List<long[]> memberships) {
            align(4).int32(memberships.size());
            memberships.forEach(each -> int32(each[0]).int32(each[1]));
        }

        void sid(String sid) {
            String[] parts = sid.split("-", -1);
            align(4).int32(parts.length - 3);
            bytes.write(1);
            bytes.write(parts.length - 3);
            raw(new byte[5]);
            bytes.write(Integer.parseInt(parts[2]));
            for (int i = 3; i < parts.length; i++) {
                int32(Long.parseLong(parts[i]));
            }
        }
    }
}
