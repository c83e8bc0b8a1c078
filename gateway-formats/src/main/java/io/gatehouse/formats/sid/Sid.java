package io.gatehouse.formats.sid;

import io.gatehouse.formats.MalformedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MS-DTYP 2.4.2: a security identifier.
 *
 * @param authority the identifier authority, 48 bits
 * @param parts the sub-authorities, one to 15, unsigned; for an account the last one is its RID
 */
public record Sid(long authority, List<Long> parts) {
    /** The most sub-authorities that one has. */
    public static final int MOST_PARTS = 15;

    /** The bytes in front of the sub-authorities. */
    public static final int HEADER = 8;

    private static final int REVISION = 1;
    private static final long LARGEST_AUTHORITY = 0xffff_ffff_ffffL;
    private static final long LARGEST_DECIMAL_AUTHORITY = 0xffff_ffffL;
    private static final long LARGEST_PART = 0xffff_ffffL;
    private static final long NT_AUTHORITY = 5;
    /** The first part of the SIDs of domains and of all their accounts. */
    private static final long OF_A_DOMAIN = 21;

    private static final Pattern TEXT =
            Pattern.compile("S-1-([0-9]{1,10}|0x[0-9A-Fa-f]{12})((?:-[0-9]{1,10}){1," + MOST_PARTS + "})");

    public Sid {
        parts = List.copyOf(parts);
        boolean inRange = parts.stream().allMatch(part -> part >= 0 && part <= LARGEST_PART);
        if (authority < 0
                || authority > LARGEST_AUTHORITY
                || parts.isEmpty()
                || parts.size() > MOST_PARTS
                || !inRange) {
            throw new IllegalArgumentException("sid with the authority %d and the parts %s (expected 1 to %d parts)"
                    .formatted(authority, parts, MOST_PARTS));
        }
    }

    /**
     * The SID that lies in {@code bytes} as in memory and in directories (MS-DTYP 2.4.2.2); empty when they are not
     * exactly one.
     */
    public static Optional<Sid> of(byte[] bytes) {
        if (bytes.length <= HEADER || bytes[0] != REVISION || bytes[1] < 1 || bytes[1] > MOST_PARTS) {
            return Optional.empty();
        }
        if (bytes.length != HEADER + Integer.BYTES * bytes[1]) {
            return Optional.empty();
        }
        long authority = ByteBuffer.wrap(bytes).getLong(0) & LARGEST_AUTHORITY;
        ByteBuffer rest = ByteBuffer.wrap(bytes, HEADER, bytes.length - HEADER).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> parts = new ArrayList<>();
        while (rest.hasRemaining()) {
            parts.add(Integer.toUnsignedLong(rest.getInt()));
        }
        return Optional.of(new Sid(authority, parts));
    }

    /** The SID with the text form {@code text}; empty when the text is none, or no SID is written like that. */
    public static Optional<Sid> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<Long> parts = new ArrayList<>();
        for (String part : matcher.group(2).substring(1).split("-", -1)) {
            parts.add(Long.parseLong(part));
        }
        if (parts.stream().anyMatch(part -> part > LARGEST_PART)) {
            return Optional.empty();
        }
        Sid sid = new Sid(Long.decode(decimal(matcher.group(1))), parts);
        return Optional.of(sid).filter(read -> read.toString().equalsIgnoreCase(text));
    }

    /** Without zeros in front, which would make {@link Long#decode} read an octal number. */
    private static String decimal(String authority) {
        return authority.startsWith("0x") ? authority : Long.toString(Long.parseLong(authority));
    }

    /** The bytes that {@link #of} reads. */
    public byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + Integer.BYTES * parts.size());
        bytes.putLong(authority)
                .put(0, (byte) REVISION)
                .put(1, (byte) parts.size())
                .order(ByteOrder.LITTLE_ENDIAN);
        parts.forEach(part -> bytes.putInt(part.intValue()));
        return bytes.array();
    }

    /** The SID of an account of this domain. */
    public Sid account(long rid) throws MalformedException {
        if (parts.size() == MOST_PARTS) {
            throw new MalformedException("domain sid of " + MOST_PARTS + " parts (expected fewer)");
        }
        List<Long> longer = new ArrayList<>(parts);
        longer.add(rid);
        return new Sid(authority, longer);
    }

    /** Whether it belongs to a domain, and so may have a name there. */
    public boolean isOfDomain() {
        return authority == NT_AUTHORITY && parts.getFirst() == OF_A_DOMAIN;
    }

    /** The RID. */
    public long rid() {
        return parts.getLast();
    }

    /** {@code S-1-5-21-…} (MS-DTYP 2.4.2.1). */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("S-1-")
                .append(
                        authority > LARGEST_DECIMAL_AUTHORITY
                                ? "0x%012X".formatted(authority)
                                : Long.toString(authority));
        parts.forEach(part -> text.append('-').append(part.longValue()));
        return text.toString();
    }
}
