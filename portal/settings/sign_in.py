"""How officials sign in: second factor, lock-out, sessions, passwords.

The numbers are those of MLPS level 3 (等保三级, GB/T 22239) as offices apply them.
"""

from __future__ import annotations

from datetime import timedelta

from portal.settings.env import env_between, env_str

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "wagtailadmin_login"
# Pages that an editor kept for those who signed in: there is one way in.
WAGTAIL_FRONTEND_LOGIN_URL = LOGIN_URL

# Lock-out: by account and address first, by account alone against many addresses,
# by address alone against many accounts.
AXES_FAILURE_LIMIT = env_between("SIGN_IN_FAILURES", 5, 1, 100)
SIGN_IN_FAILURES_BY_NAME = env_between("SIGN_IN_FAILURES_BY_NAME", 20, 1, 10_000)
SIGN_IN_FAILURES_BY_ADDRESS = env_between("SIGN_IN_FAILURES_BY_ADDRESS", 100, 1, 100_000)
AXES_COOLOFF_TIME = timedelta(minutes=env_between("SIGN_IN_LOCK_MINUTES", 30, 1, 7 * 24 * 60))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
AXES_HANDLER = "portal.staff.lockout.LockOutHandler"
AXES_LOCKOUT_CALLABLE = "portal.staff.lockout.locked_out"
AXES_CLIENT_IP_CALLABLE = "portal.staff.lockout.client_ip"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # the audit log has it
# A try during the lock does not lengthen it: nobody could end a stranger's tries otherwise.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Officials type passwords into the field of the name.
AXES_USERNAME_CALLABLE = "portal.staff.kept_name.name_for_axes"
AXES_SENSITIVE_PARAMETERS = ["username", "code"]

# Requests to the sign-in pages, a client address
RATE_LIMIT_SIGN_IN = env_str("RATE_LIMIT_SIGN_IN", "120/m")

# Second factor
OTP_TOTP_ISSUER = "国土空间规划公众版"
OTP_TOTP_THROTTLE_FACTOR = 1
# A clock that is half a minute off is borne, not followed: drift that is learnt can be taught.
OTP_TOTP_SYNC = False
PENDING_SIGN_IN_TIME = timedelta(minutes=10)
RECOVERY_CODES = 8

# Sessions
STAFF_IDLE_TIME = timedelta(minutes=env_between("STAFF_IDLE_MINUTES", 30, 1, 24 * 60))
STAFF_SESSION_TIME = timedelta(hours=env_between("STAFF_SESSION_HOURS", 8, 1, 7 * 24))
SESSION_COOKIE_AGE = int(STAFF_SESSION_TIME.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# Passwords
STAFF_PASSWORD_AGE = timedelta(days=env_between("STAFF_PASSWORD_DAYS", 90, 1, 3650))
STAFF_PASSWORD_HISTORY = env_between("STAFF_PASSWORD_HISTORY", 5, 1, 50)
STAFF_PASSWORD_LENGTH = env_between("STAFF_PASSWORD_LENGTH", 10, 8, 128)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": STAFF_PASSWORD_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.staff.passwords.ThreeKindsValidator"},
    {"NAME": "portal.staff.passwords.NotTheNameValidator"},
    {"NAME": "portal.staff.passwords.HistoryValidator"},
]
# A forgotten password is reset by the security administrator, in person.
WAGTAIL_PASSWORD_RESET_ENABLED = False
# One's own is changed on a page of ours, where the other sessions end and wrong tries count.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False

# Whether `demo_code` hands out one-time codes of the sample city's accounts; see dev.py.
DEMO = False
