package io.gatehouse.dist.draft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The realms of MIT's {@code krb5.conf} and their KDCs, as far as the file itself has them: what it includes is not
 * read.
 *
 * @param kdcs the KDCs of each realm, {@code host} or {@code host:port}; none where they are in DNS
 */
record Krb5Conf(Map<String, List<String>> kdcs) {
    private static final Pattern SECTION = Pattern.compile("\\[(\\S+)]\\*?");
    private static final Pattern DEFAULT = Pattern.compile("default_realm\\s*=\\s*(\\S+)");
    private static final Pattern REALM = Pattern.compile("(\\S+)\\s*=\\s*\\{");
    private static final Pattern KDC = Pattern.compile("kdc\\*?\\s*=\\s*(?:tcp/|udp/)?([^\\s/]+)");

    /** Reads what it understands, and skips the rest. */
    static Krb5Conf parse(String text) {
        Map<String, List<String>> kdcs = new LinkedHashMap<>();
        String section = "";
        String realm = "";
        for (String raw : text.lines().toList()) {
            String line = raw.strip();
            Matcher header = SECTION.matcher(line);
            Matcher opened = REALM.matcher(line);
            Matcher named = DEFAULT.matcher(line);
            Matcher kdc = KDC.matcher(line);
            if (header.matches()) {
                section = header.group(1);
            } else if (section.equals("libdefaults") && named.matches()) {
                kdcs.computeIfAbsent(upper(named.group(1)), _ -> new ArrayList<>());
            } else if (section.equals("realms") && opened.lookingAt()) {
                realm = upper(opened.group(1));
                kdcs.computeIfAbsent(realm, _ -> new ArrayList<>());
            } else if (section.equals("realms") && !realm.isEmpty() && kdc.matches()) {
                kdcs.computeIfAbsent(realm, _ -> new ArrayList<>()).add(kdc.group(1));
            }
        }
        return new Krb5Conf(kdcs);
    }

    private static String upper(String realm) {
        return realm.toUpperCase(Locale.ROOT);
    }
}
