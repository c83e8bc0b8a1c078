package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.formats.sid.Sid;
import io.gatehouse.formats.text.PrintableText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code wbinfo} prints. Each method gives nothing rather than a part when anything is otherwise than
 * expected.
 */
final class WbinfoOutput {
    private static final Pattern SID_OF_NAME = Pattern.compile("(S-1-[0-9-]+) SID_[A-Z_]+ \\(([0-9]{1,2})\\)");
    private static final Pattern NAME_OF_SID = Pattern.compile("(.+) ([0-9]{1,2})");
    private static final Pattern NAMED_SID = Pattern.compile("(S-1-[0-9-]+) -> (.*) ([0-9]{1,2})");
    private static final Pattern FIELD = Pattern.compile("([A-Za-z_ ]+?) *: (.*)");
    private static final int LONGEST_NAME = 256;

    /** MS-LSAT 2.2.13 SID_NAME_USE. */
    static final int TYPE_USER = 1;

    private static final int TYPE_GROUP = 2;
    private static final int TYPE_ALIAS = 4;
    private static final int TYPE_WELL_KNOWN_GROUP = 5;

    private static final String DOMAIN_ACCOUNTS = "S-1-5-21-";

    /**
     * A SID with a name.
     *
     * @param domain the domain's NetBIOS name; wbinfo does not always know it
     * @param name without the domain
     * @param type SID_NAME_USE
     */
    record Name(String domain, String name, int type) {
        boolean isGroup() {
            return type == TYPE_GROUP || type == TYPE_ALIAS || type == TYPE_WELL_KNOWN_GROUP;
        }
    }

    /**
     * A SID that a name means.
     *
     * @param type SID_NAME_USE
     */
    record TypedSid(String sid, int type) {}

    /**
     * A domain.
     *
     * @param name NetBIOS name
     * @param dnsName empty when it has none
     */
    record DomainInfo(String name, String dnsName, String sid) {}

    private WbinfoOutput() {}

    /** {@code --separator}; a blank is none, since names of groups have blanks. */
    static Optional<Character> separator(String output) {
        return oneLine(output)
                .filter(line -> line.length() == 1 && !line.isBlank() && PrintableText.isPrintable(line))
                .map(line -> line.charAt(0))
                .filter(separator -> !Character.isLetterOrDigit(separator));
    }

    /** {@code --own-domain}. */
    static Optional<String> ownDomain(String output) {
        return oneLine(output).filter(WbinfoOutput::isName);
    }

    /** {@code --domain-info}. */
    static Optional<DomainInfo> domainInfo(String output) {
        Map<String, String> fields = new HashMap<>();
        for (String line : output.lines().toList()) {
            Matcher matcher = FIELD.matcher(line);
            if (!matcher.matches() || fields.put(matcher.group(1), matcher.group(2)) != null) {
                return Optional.empty();
            }
        }
        String name = fields.getOrDefault("Name", "");
        String dnsName = fields.getOrDefault("Alt_Name", "");
        String sid = fields.getOrDefault("SID", "");
        return isName(name) && (dnsName.isEmpty() || isName(dnsName)) && isSid(sid)
                ? Optional.of(new DomainInfo(name, dnsName, sid))
                : Optional.empty();
    }

    /** {@code --name-to-sid}. */
    static Optional<TypedSid> sidOfName(String output) {
        return oneLine(output)
                .map(SID_OF_NAME::matcher)
                .filter(matcher -> matcher.matches() && isSid(matcher.group(1)))
                .map(matcher -> new TypedSid(matcher.group(1), Integer.parseInt(matcher.group(2))));
    }

    /** {@code --sid-to-name}. */
    static Optional<Name> nameOfSid(String output, char separator) {
        return oneLine(output)
                .map(NAME_OF_SID::matcher)
                .filter(Matcher::matches)
                .flatMap(matcher -> name(matcher.group(1), matcher.group(2), separator));
    }

    /** {@code --user-domgroups}: SIDs, one a line. */
    static Optional<List<String>> sids(String output) {
        List<String> sids = output.lines().toList();
        return sids.isEmpty() || !sids.stream().allMatch(WbinfoOutput::isSid) ? Optional.empty() : Optional.of(sids);
    }

    /**
     * {@code --lookup-sids}: a line for each SID, in the order in which they were asked. A name that pretends to be
     * more lines breaks that order, and with it the whole.
     */
    static Optional<Map<String, Name>> namesOfSids(String output, List<String> asked, char separator) {
        List<String> lines = output.lines().toList();
        if (lines.size() != asked.size()) {
            return Optional.empty();
        }
        Map<String, Name> names = new HashMap<>();
        for (int index = 0; index < lines.size(); index++) {
            Matcher matcher = NAMED_SID.matcher(lines.get(index));
            if (!matcher.matches() || !matcher.group(1).equals(asked.get(index))) {
                return Optional.empty();
            }
            // An odd name is no name, but no reason to know none of the others.
            name(matcher.group(2), matcher.group(3), separator).ifPresent(name -> names.put(matcher.group(1), name));
        }
        return Optional.of(Map.copyOf(names));
    }

    private static Optional<Name> name(String text, String type, char separator) {
        int end = text.indexOf(separator);
        if (end < 0) {
            return Optional.empty();
        }
        Name name = new Name(text.substring(0, end), text.substring(end + 1), Integer.parseInt(type));
        return isName(name.name()) && name.domain().length() <= LONGEST_NAME ? Optional.of(name) : Optional.empty();
    }

    /** Whether a SID is that of an account or group of a domain, or of a computer's own accounts. */
    static boolean isOfDomain(String sid) {
        return sid.startsWith(DOMAIN_ACCOUNTS);
    }

    /** The SID of the domain of a SID. */
    static String domainOf(String sid) {
        return sid.substring(0, sid.lastIndexOf('-'));
    }

    static boolean isSid(String text) {
        return Sid.parse(text).isPresent();
    }

    /** A backslash would let a group's name look like that of a group of another domain. */
    private static boolean isName(String text) {
        return !text.isBlank()
                && text.length() <= LONGEST_NAME
                && text.indexOf('\\') < 0
                && PrintableText.isPrintable(text);
    }

    private static Optional<String> oneLine(String output) {
        List<String> lines = new ArrayList<>(output.lines().toList());
        return lines.size() == 1 ? Optional.of(lines.getFirst()) : Optional.empty();
    }
}
