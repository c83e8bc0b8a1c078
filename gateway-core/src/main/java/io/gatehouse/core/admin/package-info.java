/** Who may use the admin API: roles, and the file of its tokens. */
@NullMarked
package io.gatehouse.core.admin;

import org.jspecify.annotations.NullMarked;
