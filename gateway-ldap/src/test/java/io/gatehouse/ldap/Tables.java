package io.gatehouse.ldap;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Secret;
import io.gatehouse.testkit.directory.OpenLdap;
import io.gatehouse.testkit.directory.SambaDomain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Configurations for tests. */
final class Tables {
    static final Duration TIMEOUT = Duration.ofSeconds(4);
    static final Domains EXAMPLE =
            new Domains(List.of(new Domain("EXAMPLE", Optional.of("EXAMPLE.TEST"), List.of(), List.of(), List.of())));
    static final Domains ADTEST = new Domains(List.of(
            new Domain(SambaDomain.NETBIOS_NAME, Optional.of(SambaDomain.REALM), List.of(), List.of(), List.of())));

    private Tables() {}

    static LdapConfig openLdap(Path authority, boolean startTls, String... urls) {
        return new LdapConfig(
                List.of(urls),
                startTls,
                false,
                Optional.of(authority),
                Optional.of(OpenLdap.SEARCHER_DN),
                Optional.of(Secret.ofText(OpenLdap.SEARCHER_PASSWORD)),
                OpenLdap.BASE_DN,
                LdapConfig.Schema.GROUP_OF_NAMES,
                Optional.empty(),
                Optional.of(OpenLdap.GROUPS_DN),
                true,
                Optional.empty(),
                TIMEOUT,
                4);
    }

    static LdapConfig activeDirectory(Path authority, boolean startTls, String... urls) {
        return new LdapConfig(
                List.of(urls),
                startTls,
                false,
                Optional.of(authority),
                Optional.of(SambaDomain.SERVICE.name() + "@" + SambaDomain.DNS_NAME),
                Optional.of(Secret.ofText(SambaDomain.SERVICE.password())),
                SambaDomain.BASE_DN,
                LdapConfig.Schema.ACTIVE_DIRECTORY,
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                TIMEOUT,
                4);
    }

    static LdapConfig withUrls(LdapConfig config, List<String> urls, boolean startTls, boolean allowClearText) {
        return new LdapConfig(
                urls,
                startTls,
                allowClearText,
                config.ca(),
                config.bindDn(),
                config.bindPassword(),
                config.base(),
                config.schema(),
                config.userFilter(),
                config.groupBase(),
                config.nestedGroups(),
                config.domain(),
                config.timeout(),
                config.connections());
    }

    static LdapConfig withGroupBase(LdapConfig config, Optional<String> groupBase) {
        return new LdapConfig(
                config.urls(),
                config.startTls(),
                config.allowClearText(),
                config.ca(),
                config.bindDn(),
                config.bindPassword(),
                config.base(),
                config.schema(),
                config.userFilter(),
                groupBase,
                config.nestedGroups(),
                config.domain(),
                config.timeout(),
                config.connections());
    }

    static LdapConfig withBase(LdapConfig config, String base, boolean nested) {
        return new LdapConfig(
                config.urls(),
                config.startTls(),
                config.allowClearText(),
                config.ca(),
                config.bindDn(),
                config.bindPassword(),
                base,
                config.schema(),
                config.userFilter(),
                config.groupBase(),
                nested,
                config.domain(),
                config.timeout(),
                config.connections());
    }

    static LdapConfig withSchema(LdapConfig config, LdapConfig.Schema schema, boolean nested, Optional<String> filter) {
        return new LdapConfig(
                config.urls(),
                config.startTls(),
                config.allowClearText(),
                config.ca(),
                config.bindDn(),
                config.bindPassword(),
                config.base(),
                schema,
                filter,
                config.groupBase(),
                nested,
                config.domain(),
                config.timeout(),
                config.connections());
    }
}
