package io.gatehouse.ldap;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSearchRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.SearchRequest;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.sid.Sid;
import java.net.InetAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Servers that tell a part of a user's groups without an error, as no server at hand does: UnboundID's in-memory
 * directory plays them.
 */
@Timeout(60)
class HalfToldGroupsTest {
    private static final String BASE = "dc=corp,dc=test";
    private static final String USERS = "ou=users," + BASE;
    private static final String DOMAIN = "S-1-5-21-1-2-3-";

    private InMemoryDirectoryServer server;

    @BeforeEach
    void start() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        config.setSchema(null);
        config.addAdditionalBindCredentials("cn=searcher", "searcher");
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("clear", InetAddress.getLoopbackAddress(), 0, null));
        config.addInMemoryOperationInterceptor(new InMemoryOperationInterceptor() {
            @Override
            public void processSearchRequest(InMemoryInterceptedSearchRequest request) throws LDAPException {
                request.setRequest(withoutExtensibleMatches(request.getRequest().duplicate()));
            }
        });
        server = new InMemoryDirectoryServer(config);
        server.add("dn: " + BASE, "objectClass: domain", "dc: corp");
        server.add("dn: " + USERS, "objectClass: organizationalUnit", "ou: users");
        server.startListening();
    }

    @AfterEach
    void stop() {
        server.shutDown(true);
    }

    /** RFC 4511 section 4.5.1.7: neither such a condition nor its opposite is true. */
    private static SearchRequest withoutExtensibleMatches(SearchRequest request) throws LDAPException {
        request.setFilter(Filter.create(request.getFilter()
                .toString()
                .replaceAll("\\(!\\(memberUid:[^)]*\\)\\)", "(|)")
                .replaceAll("\\(memberUid:[^)]*\\)", "(|)")));
        return request;
    }

    private LdapDirectory directory(LdapConfig.Schema schema, boolean nested) throws Exception {
        return LdapDirectory.open(
                new LdapConfig(
                        List.of("ldap://127.0.0.1:" + server.getListenPort()),
                        false,
                        true,
                        Optional.empty(),
                        Optional.of("cn=searcher"),
                        Optional.of(Secret.ofText("searcher")),
                        BASE,
                        schema,
                        Optional.empty(),
                        Optional.empty(),
                        nested,
                        Optional.empty(),
                        Tables.TIMEOUT,
                        4),
                Tables.EXAMPLE,
                Clock.systemUTC());
    }

    private static byte[] sid(String number) {
        return Sid.parse(DOMAIN + number).orElseThrow().bytes();
    }

    private void group(String name, String number) throws Exception {
        server.add(new Entry(
                "cn=" + name + "," + BASE,
                new Attribute("objectClass", "group"),
                new Attribute("sAMAccountName", name),
                new Attribute("objectSid", sid(number))));
    }

    private void user(Attribute... groups) throws Exception {
        Entry entry = new Entry(
                "cn=alice," + USERS,
                new Attribute("objectClass", "user"),
                new Attribute("sAMAccountName", "alice"),
                new Attribute("userPassword", "secret"),
                new Attribute("objectSid", sid("1104")),
                new Attribute("primaryGroupID", "513"));
        for (Attribute each : groups) {
            entry.addAttribute(each);
        }
        server.add(entry);
    }

    private static void isUnavailable(LdapDirectory directory, String why) {
        Logins.refused(directory, "alice", "secret", Reason.UNAVAILABLE, why);
    }

    @Test
    void groupOfTheDomainWithoutANameIsNotPassedOver() throws Exception {
        user(new Attribute("tokenGroups", sid("513")));
        try (LdapDirectory directory = directory(LdapConfig.Schema.ACTIVE_DIRECTORY, true)) {
            isUnavailable(directory, "may the bind-dn read the group S-1-5-21-1-2-3-513?");
        }
    }

    @Test
    void groupOfAnotherDomainIsKnownByItsSidOnly() throws Exception {
        user(new Attribute(
                "tokenGroups", Sid.parse("S-1-5-21-9-9-9-1200").orElseThrow().bytes()));
        try (LdapDirectory directory = directory(LdapConfig.Schema.ACTIVE_DIRECTORY, true)) {
            DirectoryUser alice = Logins.confirmed(directory, "alice", "secret");
            assertThat(alice.groups()).isEmpty();
            assertThat(alice.sids()).containsExactlyInAnyOrder(DOMAIN + "1104", "S-1-5-21-9-9-9-1200");
        }
    }

    @Test
    void unreadableSidIsNotPassedOver() throws Exception {
        user(new Attribute("tokenGroups", new byte[] {1, 2, 3}));
        try (LdapDirectory directory = directory(LdapConfig.Schema.ACTIVE_DIRECTORY, true)) {
            isUnavailable(directory, "may the bind-dn read objectSid of a group?");
        }
    }

    /** MS-ADTS 3.1.1.3.1.3.3: Windows sends 1,500 values of an attribute and says so in its name. */
    @Test
    void firstPartOfTheGroupsIsNotTakenForAll() throws Exception {
        group("Domain Users", "513");
        user(new Attribute("memberOf;range=0-0", "cn=Domain Users," + BASE));
        try (LdapDirectory directory = directory(LdapConfig.Schema.ACTIVE_DIRECTORY, false)) {
            isUnavailable(directory, "memberOf;range=0-0");
        }
    }

    @Test
    void serverThatCannotCompareMemberUidWithoutCaseIsNotBelieved() throws Exception {
        server.add(
                "dn: cn=readers," + BASE, "objectClass: posixGroup", "cn: readers", "gidNumber: 1", "memberUid: ALICE");
        server.add(
                "dn: uid=alice," + USERS,
                "objectClass: posixAccount",
                "uid: alice",
                "gidNumber: 2",
                "userPassword: secret");
        try (LdapDirectory directory = directory(LdapConfig.Schema.POSIX, true)) {
            isUnavailable(directory, "the server cannot compare memberUid without case");
        }
    }
}
