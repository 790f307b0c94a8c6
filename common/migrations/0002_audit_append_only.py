from django.db import migrations

from common.triggers import guard


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]

    operations = [guard("common_auditevent"), guard("common_audithead")]
