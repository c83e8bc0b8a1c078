package io.gatehouse.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import io.gatehouse.api.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the names of users stand.
 *
 * @param objects which entries are users
 * @param nameAttribute the account name
 * @param upnAttribute the user principal name
 */
record UserSchema(Filter objects, String nameAttribute, Optional<String> upnAttribute) {
    /** The user's security identifier, in an Active Directory. */
    static final String SID = "objectSid";
    /** The number of the primary group, RFC 2307. */
    static final String GROUP_NUMBER = "gidNumber";

    static UserSchema of(LdapConfig config) throws ProviderException {
        UserSchema plain = switch (config.schema()) {
            case ACTIVE_DIRECTORY ->
                new UserSchema(
                        Filter.createANDFilter(
                                Filter.createEqualityFilter("objectClass", "user"),
                                Filter.createNOTFilter(Filter.createEqualityFilter("objectClass", "computer"))),
                        "sAMAccountName",
                        Optional.of("userPrincipalName"));
            case GROUP_OF_NAMES ->
                new UserSchema(Filter.createEqualityFilter("objectClass", "person"), "uid", Optional.empty());
            case POSIX ->
                new UserSchema(Filter.createEqualityFilter("objectClass", "posixAccount"), "uid", Optional.empty());
        };
        if (config.userFilter().isEmpty()) {
            return plain;
        }
        try {
            Filter further = Filter.create(config.userFilter().get());
            return new UserSchema(
                    Filter.createANDFilter(plain.objects(), further), plain.nameAttribute(), plain.upnAttribute());
        } catch (LDAPException e) {
            throw new ProviderException(
                    "user-filter \"" + config.userFilter().get() + "\" is no LDAP filter: " + e.getMessage(), e);
        }
    }

    /** Finds a user; what the client typed cannot leave its place in the filter. */
    Filter filter(LoginForm form) {
        List<Filter> names = new ArrayList<>();
        form.account().ifPresent(account -> names.add(Filter.createEqualityFilter(nameAttribute, account)));
        if (form.upn().isPresent() && upnAttribute.isPresent()) {
            names.add(Filter.createEqualityFilter(upnAttribute.get(), form.upn().get()));
        }
        // Without any name it is an OR of nothing, which is false (RFC 4526): the search happens, and finds nobody.
        return Filter.createANDFilter(objects, Filter.createORFilter(names));
    }

    String[] attributes() {
        List<String> attributes = new ArrayList<>(List.of(nameAttribute, SID, GROUP_NUMBER));
        upnAttribute.ifPresent(attributes::add);
        attributes.addAll(List.of(AccountFlags.ATTRIBUTES));
        return attributes.toArray(String[]::new);
    }
}
