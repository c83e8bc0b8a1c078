/** The directory client that providers share: finds users, checks passwords and names groups over LDAP. */
@NullMarked
package io.gatehouse.ldap;

import org.jspecify.annotations.NullMarked;
