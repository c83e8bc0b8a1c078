package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.formats.ndr.NdrReader.UnicodeString;
import io.gatehouse.formats.ndr.NdrWriter;
import io.gatehouse.formats.sid.Sid;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcInterface;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** MS-LSAT 3.1.4.9 LsarLookupSids3: the names behind SIDs, over a secure channel only. */
final class LsaCalls {
    static final RpcInterface INTERFACE = RpcInterface.of("lsarpc", "12345778-1234-abcd-ef00-0123456789ab", 0);
    static final int LOOKUP_SIDS = 76;
    /** How many SIDs one request carries; it stays within one fragment even if they are as long as SIDs can be. */
    static final int MOST_SIDS = 64;

    /** LsapLookupWksta: wherever the controller itself would look. */
    private static final int LEVEL = 1;

    private static final int REVISION = 2;

    private static final int GROUP = 2;
    private static final int ALIAS = 4;
    private static final int WELL_KNOWN_GROUP = 5;
    private static final int BYTES_OF_DOMAIN = 12;
    private static final int BYTES_OF_NAME = 20;

    private LsaCalls() {}

    /**
     * A group's name.
     *
     * @param domain the NetBIOS name of the group's domain
     * @param name its sAMAccountName
     */
    record GroupName(String domain, String name) {}

    /** The answer: a name or none for each SID that was asked for, in the same order. */
    record Names(NtStatus status, List<Optional<GroupName>> names) {
        Names {
            names = List.copyOf(names);
        }

        /** Whether the controller answered at all. */
        boolean isAnswer() {
            return status.hasNames() || status.hasNoNames();
        }
    }

    static byte[] lookUp(List<Sid> sids) {
        NdrWriter writer = new NdrWriter();
        writer.u32(sids.size());
        writer.pointer();
        writer.u32(sids.size());
        sids.forEach(_ -> writer.pointer());
        for (Sid sid : sids) {
            writer.align(Integer.BYTES);
            writer.sid(sid);
        }
        writer.u32(0); // TranslatedNames: no entries
        writer.nullPointer();
        writer.u16(LEVEL);
        writer.u32(0); // MappedCount
        writer.u32(0); // LookupOptions: also by what other domains know
        writer.u32(REVISION);
        return writer.toByteArray();
    }

    private record Translation(int use, UnicodeString name, int domain) {}

    static Names names(byte[] response, int asked) throws MalformedException {
        NdrReader reader = new NdrReader(response);
        List<String> domains = reader.pointer() ? domains(reader) : List.of();
        int entries = reader.count(asked, BYTES_OF_NAME);
        List<Optional<GroupName>> names = reader.pointer() ? translations(reader, entries, domains) : List.of();
        reader.u32(); // MappedCount
        NtStatus status = NtStatus.of(reader.u32());
        if (status.hasNoNames()) {
            return new Names(status, Collections.nCopies(asked, Optional.empty()));
        }
        if (status.hasNames() && names.size() != asked) {
            throw new MalformedException("%d names (expected %d)".formatted(names.size(), asked));
        }
        return new Names(status, names);
    }

    /** LSAPR_REFERENCED_DOMAIN_LIST. */
    private static List<String> domains(NdrReader reader) throws MalformedException {
        int count = reader.count(MOST_SIDS, BYTES_OF_DOMAIN);
        boolean present = reader.pointer();
        reader.u32(); // MaxEntries
        if (!present) {
            return List.of();
        }
        reader.conformance(count);
        List<UnicodeString> names = new ArrayList<>();
        List<Boolean> sids = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            names.add(reader.unicodeString());
            sids.add(reader.pointer());
        }
        List<String> domains = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            domains.add(reader.characters(names.get(index)));
            if (sids.get(index)) {
                reader.align(Integer.BYTES);
                reader.sid();
            }
        }
        return domains;
    }

    /** LSAPR_TRANSLATED_NAMES_EX. */
    private static List<Optional<GroupName>> translations(NdrReader reader, int count, List<String> domains)
            throws MalformedException {
        reader.conformance(count);
        List<Translation> translations = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            reader.align(Integer.BYTES);
            int use = reader.u16();
            UnicodeString name = reader.unicodeString();
            int domain = reader.u32();
            reader.u32(); // Flags
            translations.add(new Translation(use, name, domain));
        }
        List<Optional<GroupName>> names = new ArrayList<>();
        for (Translation translation : translations) {
            String name = reader.characters(translation.name());
            boolean isGroup =
                    translation.use() == GROUP || translation.use() == ALIAS || translation.use() == WELL_KNOWN_GROUP;
            boolean hasDomain = translation.domain() >= 0 && translation.domain() < domains.size();
            names.add(
                    isGroup && hasDomain && isPlain(name) && isPlain(domains.get(translation.domain()))
                            ? Optional.of(new GroupName(domains.get(translation.domain()), name))
                            : Optional.empty());
        }
        return names;
    }

    /** A name with a backslash could be taken for that of another domain's group. */
    private static boolean isPlain(String name) {
        return !name.isBlank() && name.indexOf('\\') < 0 && PrintableText.isPrintable(name);
    }
}
