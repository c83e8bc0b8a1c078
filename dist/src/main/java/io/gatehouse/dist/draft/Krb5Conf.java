package io.gatehouse.dist.draft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The realms of MIT's {@code krb5.conf} and their KDCs, as far as the file itself has them: what it includes is not
 * read.
 *
 * @param defaultRealm the realm of {@code default_realm}, or the only one; empty if there are several
 * @param kdcs the KDCs of each realm, {@code host} or {@code host:port}; none where they are in DNS
 */
record Krb5Conf(String defaultRealm, Map<String, List<String>> kdcs) {
    private static final Pattern SECTION = Pattern.compile("\\[(\\S+)]\\*?");
    private static final Pattern DEFAULT = Pattern.compile("default_realm\\s*=\\s*(\\S+)");
    private static final Pattern OPENED = Pattern.compile("(\\S+)\\s*=\\s*\\{.*");
    private static final Pattern KDC = Pattern.compile("kdc\\*?\\s*=\\s*(?:tcp/|udp/)?([^\\s/]+)");

    /** Reads what it understands, and skips the rest. Realms are case-sensitive. */
    static Krb5Conf parse(String text) {
        Map<String, List<String>> kdcs = new LinkedHashMap<>();
        String section = "";
        String realm = "";
        String defaultRealm = "";
        int depth = 0;
        for (String raw : text.lines().toList()) {
            String line = raw.strip();
            Matcher header = SECTION.matcher(line);
            Matcher opened = OPENED.matcher(line);
            Matcher named = DEFAULT.matcher(line);
            Matcher kdc = KDC.matcher(line);
            if (line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (header.matches()) {
                section = header.group(1);
                depth = 0;
            } else if (opened.matches()) {
                if (depth == 0 && section.equals("realms")) {
                    realm = opened.group(1);
                    kdcs.computeIfAbsent(realm, _ -> new ArrayList<>());
                }
                depth += line.endsWith("}") ? 0 : 1;
            } else if (line.startsWith("}")) {
                depth = Math.max(0, depth - 1);
            } else if (section.equals("libdefaults") && depth == 0 && named.matches()) {
                defaultRealm = named.group(1);
            } else if (section.equals("realms") && depth == 1 && kdc.matches()) {
                kdcs.computeIfAbsent(realm, _ -> new ArrayList<>()).add(kdc.group(1));
            }
        }
        if (defaultRealm.isEmpty() && kdcs.size() == 1) {
            defaultRealm = kdcs.keySet().iterator().next();
        }
        return new Krb5Conf(defaultRealm, kdcs);
    }
}
